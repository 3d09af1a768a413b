using System.Buffers.Text;
using Kinvite.Links;

namespace Kinvite.Tests.Links;

public sealed class KeyRingTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 18, 0, 0, TimeSpan.Zero);
    private static readonly Guid Id = new("0192d3c4-5566-7788-99aa-bbccddeeff01");
    private static readonly MasterKeys Masters = new(Key(1));

    [Fact]
    public void A_token_has_48_characters_and_says_what_went_in()
    {
        var ring = Ring(Masters, Epoch(1));

        var token = ring.Make(LinkKind.Mailed, Id, 7);

        Assert.Equal(48, token.Length);
        Assert.Equal(new LinkToken(LinkKind.Mailed, Id, 7, 1), ring.Read(token));
    }

    [Theory]
    [InlineData((byte)LinkKind.Mailed)]
    [InlineData((byte)LinkKind.Texted)]
    [InlineData((byte)LinkKind.Copied)]
    [InlineData((byte)LinkKind.Open)]
    public void Every_kind_gives_another_token_for_the_same_thing(byte kind)
    {
        var ring = Ring(Masters, Epoch(1));
        var token = ring.Make((LinkKind)kind, Id, 1);

        Assert.Equal((LinkKind)kind, ring.Read(token)!.Kind);
        foreach (var other in Enum.GetValues<LinkKind>().Where(k => (byte)k != kind))
        {
            Assert.NotEqual(token[22..], ring.Make(other, Id, 1)[22..]);
        }
    }

    [Fact]
    public void TEN_S02_A_token_with_any_flipped_bit_is_refused()
    {
        var ring = Ring(Masters, Epoch(1), Epoch(2));
        var bytes = Base64Url.DecodeFromChars(ring.Make(LinkKind.Mailed, Id, 1));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var flipped = (byte[])bytes.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(ring.Read(Base64Url.EncodeToString(flipped)));
        }
    }

    [Fact]
    public void TEN_S02_Two_tokens_of_which_each_gives_a_half_make_none()
    {
        var ring = Ring(Masters, Epoch(1));
        LinkKind[] kinds = [LinkKind.Mailed, LinkKind.Copied];
        var tokens = kinds.SelectMany(kind => new[] { ring.Make(kind, Id, 1), ring.Make(kind, Id, 2), ring.Make(kind, Guid.CreateVersion7(), 1) })
            .Select(t => Base64Url.DecodeFromChars(t)).ToList();
        foreach (var (one, other) in tokens.SelectMany(one => tokens.Where(t => t != one).Select(other => (one, other))))
        {
            // Cut between any two parts: version, kind, id, generation, code; and in the middle of each.
            foreach (var cut in new[] { 1, 2, 10, 18, 19, LinkToken.SignedBytes, 28 })
            {
                byte[] mixed = [.. one[..cut], .. other[cut..]];
                Assert.True(ring.Read(Base64Url.EncodeToString(mixed)) is null || mixed.SequenceEqual(one) || mixed.SequenceEqual(other), $"cut at {cut}");
            }
        }
    }

    [Fact]
    public void TOK_S04_Ten_thousand_tokens_have_ten_thousand_secrets_that_share_nothing()
    {
        var ring = Ring(Masters, Epoch(1));
        var secrets = Enumerable.Range(0, 10_000)
            .Select(_ => Convert.ToHexString(Base64Url.DecodeFromChars(ring.Make(LinkKind.Mailed, Guid.CreateVersion7(), 1)).AsSpan(LinkToken.SignedBytes))).ToList();

        Assert.All(secrets, s => Assert.Equal(32, s.Length)); // 128 bits
        Assert.Equal(10_000, secrets.Distinct(StringComparer.Ordinal).Count());
        // Of 16 digits each stands at each place about 625 times: nothing is fixed.
        Assert.All(Enumerable.Range(0, 32), place => Assert.All(secrets.GroupBy(s => s[place]), digit => Assert.InRange(digit.Count(), 450, 800)));
    }

    [Fact]
    public void The_id_stands_in_the_token_big_endian()
    {
        var bytes = Base64Url.DecodeFromChars(Ring(Masters, Epoch(1)).Make(LinkKind.Copied, Id, 0x0102));

        Assert.Equal(Convert.FromHexString("0192d3c45566778899aabbccddeeff01"), bytes[2..18]);
        Assert.Equal([1, 2], bytes[18..20]);
        Assert.Equal(0b01_000001, bytes[0]);
    }

    [Fact]
    public void A_token_is_spelled_in_one_way_only()
    {
        var ring = Ring(Masters, Epoch(1));
        var token = ring.Make(LinkKind.Mailed, Id, 1);

        string?[] spellings =
        [
            null, "", token[..47], token + "A", token + "=", token + " ", " " + token, token[..47] + " ", token[..24] + "\n" + token[24..],
            token[..23] + " " + token[24..], token[..23] + "+" + token[24..], token[..23] + "/" + token[24..], token[..23] + "é" + token[24..],
            new string('A', 48), new string(' ', 48), new string('=', 48), token[..20] + "%41" + token[23..],
        ];
        Assert.All(spellings, spelling => Assert.Null(ring.Read(spelling)));
    }

    [Fact]
    public void Another_master_key_reads_nothing()
    {
        var token = Ring(Masters, Epoch(1)).Make(LinkKind.Mailed, Id, 1);

        Assert.Null(Ring(new(Key(2)), Epoch(1, master: 2)).Read(token));
    }

    [Fact]
    public void Links_of_the_previous_master_key_are_read_and_new_ones_are_made_with_the_current()
    {
        var old = Ring(Masters, Epoch(1)).Make(LinkKind.Mailed, Id, 1);
        var both = Ring(new(Key(2), Key(1)), Epoch(1, endsAt: Now.AddDays(90)), Epoch(2, master: 2));

        Assert.Equal(1, both.Read(old)!.Epoch);
        Assert.Equal(2, both.Read(both.Make(LinkKind.Mailed, Id, 1))!.Epoch);
        Assert.NotNull(Ring(new(Key(2)), Epoch(1), Epoch(2, master: 2)).Read(both.Make(LinkKind.Mailed, Id, 1)));
    }

    [Fact]
    public void A_rotated_epoch_reads_until_its_end_and_not_after()
    {
        var token = Ring(Masters, Epoch(1)).Make(LinkKind.Mailed, Id, 1);

        Assert.NotNull(Ring(Masters, Epoch(1, endsAt: Now.AddTicks(10)), Epoch(2)).Read(token));
        Assert.Null(Ring(Masters, Epoch(1, endsAt: Now), Epoch(2)).Read(token));
    }

    [Fact]
    public void A_server_that_missed_a_rotation_reads_links_of_the_newer_epoch()
    {
        var stale = Ring(Masters, Epoch(1));

        foreach (var newer in new[] { 2, 3, 40, 64, 65 })
        {
            var token = Ring(Masters, Epoch(newer)).Make(LinkKind.Mailed, Id, 1);
            Assert.Equal(newer, stale.Read(token)!.Epoch);
        }
    }

    [Fact]
    public void Epochs_that_share_a_slot_are_told_apart_by_their_keys()
    {
        var first = Ring(Masters, Epoch(1)).Make(LinkKind.Mailed, Id, 1);
        var ring = Ring(Masters, Epoch(1, endsAt: Now), Epoch(65));

        Assert.Null(ring.Read(first));
        Assert.Equal(65, ring.Read(ring.Make(LinkKind.Mailed, Id, 1))!.Epoch);
    }

    [Fact]
    public void A_rotation_gives_the_one_before_ninety_days_and_keeps_earlier_ends()
    {
        List<KeyEpoch> epochs = [Epoch(1, endsAt: Now.AddDays(3)), Epoch(2)];

        var added = KeyEpoch.Follow(epochs, Masters.Current.Fingerprint, KeyEpoch.Grace, Now).Value;

        Assert.Equal((3, null), (added.Number, added.EndsAt));
        Assert.Equal(Now.AddDays(3), epochs[0].EndsAt);
        Assert.Equal(Now.AddDays(90), epochs[1].EndsAt);
    }

    [Fact]
    public void Invalidating_all_ends_every_epoch_now()
    {
        List<KeyEpoch> epochs = [Epoch(1, endsAt: Now.AddDays(-1)), Epoch(2, endsAt: Now.AddDays(3)), Epoch(3)];

        var added = KeyEpoch.Follow(epochs, Masters.Current.Fingerprint, TimeSpan.Zero, Now).Value;

        Assert.Null(added.EndsAt);
        Assert.Equal([Now.AddDays(-1), Now, Now], epochs.Select(e => e.EndsAt!.Value));
    }

    [Fact]
    public void A_rotation_that_would_reuse_a_living_slot_is_refused()
    {
        var living = Enumerable.Range(1, 64).Select(n => Epoch(n, endsAt: Now.AddDays(1))).ToList();
        var ended = Enumerable.Range(1, 64).Select(n => Epoch(n, endsAt: n == 1 ? Now : Now.AddDays(1))).ToList();

        Assert.Equal("keys.too_many", KeyEpoch.Follow(living, Masters.Current.Fingerprint, KeyEpoch.Grace, Now).Problem?.Code);
        Assert.Equal(65, KeyEpoch.Follow(ended, Masters.Current.Fingerprint, KeyEpoch.Grace, Now).Value.Number);
    }

    [Fact]
    public void Codes_have_six_digits_and_differ_by_id_and_by_master_key()
    {
        var ring = Ring(Masters, Epoch(1));
        var codes = Enumerable.Range(0, 2000).Select(n => ring.CodeDigits(new Guid(n, 0, 0, new byte[8]))).ToList();

        Assert.All(codes, code => Assert.Matches("^[0-9]{6}$", code));
        Assert.Contains(codes, code => code[0] == '0');
        Assert.True(codes.Distinct(StringComparer.Ordinal).Count() > 1950);
        Assert.Equal(ring.CodeDigits(Id), Ring(Masters, Epoch(2)).CodeDigits(Id));
        Assert.NotEqual(ring.CodeDigits(Id), Ring(new(Key(2)), Epoch(1, master: 2)).CodeDigits(Id));
    }

    [Fact]
    public void A_stop_token_survives_rotation_and_a_new_master_key_and_no_flipped_bit()
    {
        var token = Ring(Masters, Epoch(1)).StopToken(Id, "anna@example.org");
        var later = Ring(new(Key(2), Key(1)), Epoch(9, master: 2));

        Assert.Equal(Id, later.ReadStopToken(token)!.Id);
        Assert.True(later.ReadStopToken(token)!.IsFor("anna@example.org"));
        Assert.False(later.ReadStopToken(token)!.IsFor("ben@example.org"));
        Assert.Null(Ring(new(Key(2)), Epoch(9, master: 2)).ReadStopToken(token));
        var bytes = Base64Url.DecodeFromChars(token);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var flipped = (byte[])bytes.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(later.ReadStopToken(Base64Url.EncodeToString(flipped)));
        }

        Assert.Null(later.ReadStopToken(token + "="));
        Assert.Null(later.ReadStopToken(" " + token[1..]));
        Assert.Null(later.ReadStopToken(null));
    }

    [Fact]
    public void A_fingerprint_needs_the_master_key()
    {
        Assert.Equal(Ring(Masters, Epoch(1)).Fingerprint("a@example.org"), Ring(Masters, Epoch(2)).Fingerprint("a@example.org"));
        Assert.NotEqual(Ring(Masters, Epoch(1)).Fingerprint("a@example.org"), Ring(Masters, Epoch(1)).Fingerprint("b@example.org"));
        Assert.NotEqual(Ring(Masters, Epoch(1)).Fingerprint("a@example.org"), Ring(new(Key(2)), Epoch(1, master: 2)).Fingerprint("a@example.org"));
    }

    private static MasterKey Key(byte fill) => new(Enumerable.Repeat(fill, 32).ToArray());

    private static KeyEpoch Epoch(int number, DateTimeOffset? endsAt = null, byte master = 1) => new()
    {
        Number = number,
        MasterFingerprint = Key(master).Fingerprint,
        CreatedAt = Now.AddDays(-10),
        EndsAt = endsAt,
    };

    private static KeyRing Ring(MasterKeys masters, params KeyEpoch[] epochs)
    {
        var ring = new KeyRing(masters, new StoppedClock());
        ring.Load(epochs);
        return ring;
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}

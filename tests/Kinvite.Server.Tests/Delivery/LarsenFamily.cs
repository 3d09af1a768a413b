using Kinvite.AccessRequests;
using Kinvite.Accounts;
using Kinvite.Addresses;
using Kinvite.Delivery;
using Kinvite.Harness;
using Kinvite.Invitations;
using Kinvite.Kinds;
using Kinvite.Links;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Kinvite.Server.Tests.Delivery;

/// <summary>The family that the letters are about: Olga owns it and invites.</summary>
internal sealed class LarsenFamily(TestDatabase database, DeliveryHost host) : IAsyncDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 11, 20, 18, 0, 0, TimeSpan.Zero);

    public DeliveryHost Host => host;

    public KeyRing Keys => host.Services.GetRequiredService<KeyRing>();

    public Guid Family { get; } = Guid.CreateVersion7(Now);

    public Guid OlgaMember { get; } = Guid.CreateVersion7(Now);

    public Guid Olga { get; private set; }

    public async Task FoundAsync()
    {
        Olga = await AccountAsync("Olga");
        await ChangeAsync(db =>
        {
            db.Families.Add(new() { Id = Family, Name = "Larsens", Kind = "home", Locale = "en", TimeZone = "Europe/Oslo", OwnerId = OlgaMember, CreatedAt = Now });
            db.Members.Add(Member(OlgaMember, "Olga", Permission.Owner, Olga));
            return db.SaveChangesAsync();
        });
    }

    public async Task<Guid> AccountAsync(string name)
    {
        var id = Guid.CreateVersion7(Now);
        var address = name.ToLowerInvariant() + "@example.org";
        await ChangeAsync(async db =>
        {
            db.Accounts.Add(new() { Id = id, DisplayName = name, Locale = "en", TimeZone = "Europe/Oslo", CreatedAt = Now });
            await db.SaveChangesAsync();
            db.Addresses.Add(new()
            {
                Id = Guid.CreateVersion7(Now),
                AccountId = id,
                Type = AddressType.Email,
                Value = address,
                Key = address,
                ProvenAt = Now,
                Primary = true,
                CreatedAt = Now,
            });
            return await db.SaveChangesAsync();
        });
        return id;
    }

    public async Task<Guid> JoinAsync(string name)
    {
        var id = Guid.CreateVersion7(Now);
        await ChangeAsync(db =>
        {
            db.Members.Add(Member(id, name, Permission.View, null));
            return db.SaveChangesAsync();
        });
        return id;
    }

    public async Task<(Guid Request, Guid Asker)> AskAsync(string name)
    {
        var (id, asker) = (Guid.CreateVersion7(Now), await AccountAsync(name));
        await ChangeAsync(db =>
        {
            db.AccessRequests.Add(new() { Id = id, TargetId = Family, FamilyId = Family, AccountId = asker, Message = "It is me", Status = AccessRequestStatus.Pending, CreatedAt = Now });
            return db.SaveChangesAsync();
        });
        return (id, asker);
    }

    public async Task<Invitation> InviteAsync(Action<Invitation>? change = null, string locale = "en")
    {
        var invitation = new Invitation
        {
            Id = Guid.CreateVersion7(Now),
            FamilyId = Family,
            Status = InvitationStatus.Pending,
            Channel = InvitationChannel.Email,
            Address = "anna@example.org",
            AddressKey = "anna@example.org",
            Name = "Anna",
            Role = "relative",
            Permission = Permission.View,
            WholeFamily = true,
            Locale = locale,
            Binding = Binding.Confirm,
            RequireLogin = true,
            Generation = 3,
            CreatedAt = Now,
            ExpiresAt = Now.AddDays(7),
            InviterId = OlgaMember,
            InviterName = "Olga",
        };
        change?.Invoke(invitation);
        await ChangeAsync(db =>
        {
            db.Invitations.Add(invitation);
            return db.SaveChangesAsync();
        });
        return invitation;
    }

    /// <summary>An invitation whose mail was sent.</summary>
    public async Task<Invitation> MailedAsync(string address = "anna@example.org", Action<Invitation>? change = null)
    {
        var invitation = await InviteAsync(i =>
        {
            (i.Address, i.AddressKey) = (address, address);
            i.PlanNextStep(Now);
            change?.Invoke(i);
        });
        await ChangeAsync(db =>
        {
            var row = OutboxMessage.Of(MessageTypes.Invitation, invitation.Id, Now, invitation.Generation);
            (row.State, row.StateAt, row.DoneAt) = (DeliveryState.Sent, Now, Now);
            db.Outbox.Add(row);
            return db.SaveChangesAsync();
        });
        return invitation;
    }

    public string ConnectionString => database.ConnectionString;

    public Task<int> ExecuteAsync(string sql) => database.ExecuteAsync(sql);

    public Task<int> RoundAsync() => host.Services.GetRequiredService<InvitationCareRounds>().RoundAsync(CancellationToken.None);

    public Task<Invitation> InvitationAsync(Guid id) => host.InDbAsync(db => db.Invitations.AsNoTracking().SingleAsync(i => i.Id == id));

    public Task<List<OutboxMessage>> RowsAsync(string type) => host.InDbAsync(db => db.Outbox.AsNoTracking().Where(o => o.Type == type).OrderBy(o => o.Id).ToListAsync());

    public Task<int> CountAsync(string type) => host.InDbAsync(db => db.Outbox.CountAsync(o => o.Type == type));

    /// <summary>Everything that is written down about the family: what a copy of the database would show.</summary>
    public async Task<string> DumpAsync()
    {
        var tables = new[] { "invitations", "activity", "outbox", "access_requests", "members", "invitation_children", "idempotency_keys", "rate_counters" };
        var dump = new System.Text.StringBuilder();
        foreach (var table in tables)
        {
            dump.AppendLine(await database.ScalarAsync<string>($"SELECT coalesce(string_agg(t::text, E'\n'), '') FROM {table} t"));
        }

        return dump.ToString();
    }

    public async Task<OneTimeCode> CodeAsync()
    {
        var code = new OneTimeCode
        {
            Id = Guid.CreateVersion7(Now),
            AddressType = AddressType.Email,
            Address = "anna@example.org",
            AddressKey = "anna@example.org",
            Locale = "en",
            CreatedAt = Now,
            ExpiresAt = Now.AddMinutes(OneTimeCode.LifetimeMinutes),
        };
        await ChangeAsync(db =>
        {
            db.Codes.Add(code);
            return db.SaveChangesAsync();
        });
        return code;
    }

    public Task<int> ChangeAsync(Func<KinviteDbContext, Task<int>> change) => host.InDbAsync(change);

    public Task<Prepared> PrepareAsync(string type, Guid subject, short generation = 0, Guid? recipient = null) =>
        PrepareAsync(OutboxMessage.Of(type, subject, Now, generation, recipient));

    public Task<Prepared> PrepareAsync(OutboxMessage row) => host.InDbAsync(db => Type(row.Type).PrepareAsync(row, db, CancellationToken.None));

    public Task<int> AfterAsync(string type, Guid subject, DeliveryState state) => ChangeAsync(async db =>
    {
        var row = OutboxMessage.Of(type, subject, Now, generation: 3);
        row.State = state;
        await Type(type).AfterAsync(row, db, CancellationToken.None);
        return await db.SaveChangesAsync();
    });

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await database.DisposeAsync();
    }

    private IMessageType Type(string name) => host.Services.GetServices<IMessageType>().Single(t => t.Type == name);

    private Member Member(Guid id, string name, Permission permission, Guid? account) => new()
    {
        FamilyId = Family,
        Id = id,
        AccountId = account,
        Name = name,
        Role = "relative",
        Permission = permission,
        WholeFamily = true,
        JoinedAt = Now,
    };
}

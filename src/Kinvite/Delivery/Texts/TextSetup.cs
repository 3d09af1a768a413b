using System.Collections.Frozen;
using Kinvite.Addresses;
using Kinvite.Hosting;
using Microsoft.Extensions.Options;

namespace Kinvite.Delivery.Texts;

/// <summary>The way texts leave this server.</summary>
public enum TextWay
{
    /// <summary>None: the choice stays, says so, and counts who wanted it.</summary>
    Off,

    /// <summary>By <see cref="TwilioChannel"/>.</summary>
    Twilio,

    /// <summary>Into files, shown at <c>/dev/mailbox</c>.</summary>
    Mailbox,
}

/// <summary>Whether and how this server sends texts, and to which countries: Twilio where its account is set, else the mailbox in Development, else none.</summary>
internal sealed class TextSetup
{
    private readonly FrozenSet<string> countries;

    public TextSetup(IOptions<KinviteOptions> options, IHostEnvironment environment)
    {
        countries = Countries(options.Value.Sms.AllowedCountries).ToFrozenSet(StringComparer.Ordinal);
        Way = !string.IsNullOrEmpty(options.Value.Twilio.AccountSid) ? TextWay.Twilio
            : environment.IsDevelopment() ? TextWay.Mailbox
            : TextWay.Off;
    }

    public TextWay Way { get; }

    /// <summary>False: nothing can be texted, so nothing is queued.</summary>
    public bool IsOn => Way != TextWay.Off;

    /// <summary>Whether the number's country is one of those that the operator pays for; without a list every country, which only the mailbox may have.</summary>
    public bool Serves(PhoneNumber number) => IsOn && (countries.Contains(number.Country) || (countries.Count == 0 && Way == TextWay.Mailbox));

    /// <summary>ISO 3166 codes in capitals.</summary>
    internal static IEnumerable<string> Countries(string? setting) =>
        (setting ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(c => c.ToUpperInvariant());

    /// <summary>The first entry that no number belongs to, or null.</summary>
    internal static string? Wrong(string? setting) => Countries(setting).FirstOrDefault(c => !CallingCodes.Knows(c));
}

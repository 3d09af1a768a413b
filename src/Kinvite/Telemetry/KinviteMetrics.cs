using System.Diagnostics.Metrics;
using Kinvite.Accounts;
using Kinvite.Delivery;
using Kinvite.Invitations;
using Kinvite.Limits;

namespace Kinvite.Telemetry;

/// <summary>
/// Every instrument of Kinvite's own. Tags are words of ours, never of people: no id, name, address, family or link, so that the series stay few
/// and say nothing about anybody.
/// </summary>
internal sealed class KinviteMetrics
{
    public const string MeterName = "Kinvite";

    private readonly Meter meter;
    private readonly Counter<long> invitations;
    private readonly Counter<long> links;
    private readonly Counter<long> tablets;
    private readonly Counter<long> signIns;
    private readonly Counter<long> mails;
    private readonly Counter<long> refusals;

    public KinviteMetrics(IMeterFactory meters)
    {
        meter = meters.Create(MeterName);
        invitations = meter.CreateCounter<long>("kinvite.invitations", "{invitation}", "What happened to invitations");
        links = meter.CreateCounter<long>("kinvite.invite_links", "{link}", "What happened to open links");
        tablets = meter.CreateCounter<long>("kinvite.tablets", "{tablet}", "Shared tablets that were added and removed");
        signIns = meter.CreateCounter<long>("kinvite.sign_ins", "{session}", "Sessions that began");
        mails = meter.CreateCounter<long>("kinvite.mails", "{mail}", "How tries to send a mail ended, and what was reported of it later");
        refusals = meter.CreateCounter<long>("kinvite.limit.refusals", "{refusal}", "Calls, or invitations of a call, refused because there were too many");
    }

    /// <summary>Once, when everything is put together.</summary>
    public void Watch(OutboxDepth outbox)
    {
        meter.CreateObservableGauge("kinvite.outbox.waiting", () => outbox.Waiting, "{mail}", "Mails that wait for a try, of all servers");
        meter.CreateObservableGauge("kinvite.outbox.lag", () => outbox.Lag, "s", "For how long the mail that is due first has been due");
        meter.CreateObservableGauge("kinvite.database.up", () => outbox.DatabaseUp, "1", "1 when the database answers, else 0");
    }

    /// <param name="what">One of <see cref="InvitationEvents"/>.</param>
    /// <param name="kind">The family's kind, where it is known: there are as many as the operator has.</param>
    /// <param name="channel">How it reaches its person, where it is known.</param>
    public void Invitation(string what, string? kind, InvitationChannel? channel) =>
        invitations.Add(1, new("event", what), new("kind", kind), new("channel", channel switch
        {
            InvitationChannel.None => "link",
            InvitationChannel.Email => "email",
            InvitationChannel.Phone => "phone",
            _ => null,
        }));

    /// <param name="what">One of <see cref="LinkEvents"/>.</param>
    /// <param name="kind">The family's kind, where it is known.</param>
    public void Link(string what, string? kind) => links.Add(1, new("event", what), new("kind", kind));

    /// <param name="added">False: removed.</param>
    /// <param name="kind">The family's kind, where it is known.</param>
    public void Tablet(bool added, string? kind) => tablets.Add(1, new("event", added ? "added" : "removed"), new("kind", kind));

    public void SignIn(SessionKind kind) => signIns.Add(1, new KeyValuePair<string, object?>("session", kind switch
    {
        SessionKind.Web => "web",
        SessionKind.Api => "api",
        SessionKind.Tablet => "tablet",
    }));

    /// <summary>A try that ended; the verdict is in its row.</summary>
    public void Mail(string type, DeliveryState state) => mails.Add(1, new("type", type), new("outcome", state switch
    {
        DeliveryState.None => "none",
        DeliveryState.Queued => "later",
        DeliveryState.Sent => "sent",
        DeliveryState.Delivered => "delivered",
        DeliveryState.Uncertain => "uncertain",
        DeliveryState.Failed => "failed",
        DeliveryState.Bounced => "bounced",
        DeliveryState.Dropped => "dropped",
    }));

    /// <param name="limit">One of <see cref="CallerLimits"/>, or what counts wrong tries.</param>
    /// <param name="count">How many were refused.</param>
    public void Refused(string limit, int count = 1)
    {
        if (count > 0)
        {
            refusals.Add(count, new KeyValuePair<string, object?>("limit", limit));
        }
    }
}

/// <summary>What can happen to an invitation, as <see cref="KinviteMetrics.Invitation"/> counts it.</summary>
internal static class InvitationEvents
{
    public const string Created = "created";
    public const string Resent = "resent";
    public const string Accepted = "accepted";
    public const string Declined = "declined";
    public const string Revoked = "revoked";
    public const string Expired = "expired";
    public const string Bounced = "bounced";
}

/// <summary>What can happen to an open link, as <see cref="KinviteMetrics.Link"/> counts it.</summary>
internal static class LinkEvents
{
    public const string Created = "created";

    /// <summary>Somebody came in by it, or was let in who had waited.</summary>
    public const string Used = "used";

    /// <summary>As many came in as were meant to.</summary>
    public const string Full = "full";
    public const string Revoked = "revoked";
    public const string Replaced = "replaced";

    /// <summary>Its time was over: counted when another one takes its place, because nothing else asks.</summary>
    public const string Expired = "expired";
}

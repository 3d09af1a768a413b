namespace Kinvite.Pages;

/// <summary>Everything that a page can say after a form; <c>{0}</c> … in the texts are named here in their order.</summary>
internal static class Notices
{
    /// <summary>Family.</summary>
    public static readonly NoticeKey FamilyStarted = new("FamilyStarted", NoticeKind.Done);

    public static readonly NoticeKey DemandNoted = new("DemandNoted", NoticeKind.Done);
    public static readonly NoticeKey TextsOn = new("TextsOn", NoticeKind.Done);

    /// <summary>Family.</summary>
    public static readonly NoticeKey FamilyLeft = new("FamilyLeft", NoticeKind.Done);

    /// <summary>Member.</summary>
    public static readonly NoticeKey MemberRemoved = new("MemberRemoved", NoticeKind.Done);

    /// <summary>Member.</summary>
    public static readonly NoticeKey MemberAdded = new("MemberAdded", NoticeKind.Done);

    /// <summary>Member.</summary>
    public static readonly NoticeKey MemberSaved = new("MemberSaved", NoticeKind.Done);

    /// <summary>Member, child.</summary>
    public static readonly NoticeKey ChildShown = new("ChildShown", NoticeKind.Done);

    /// <summary>Member, child.</summary>
    public static readonly NoticeKey ChildHidden = new("ChildHidden", NoticeKind.Done);

    /// <summary>Member.</summary>
    public static readonly NoticeKey ChildrenHidden = new("ChildrenHidden", NoticeKind.Done);

    /// <summary>Member.</summary>
    public static readonly NoticeKey TimeSaved = new("TimeSaved", NoticeKind.Done);

    /// <summary>Member.</summary>
    public static readonly NoticeKey PointsGiven = new("PointsGiven", NoticeKind.Done);

    /// <summary>Member.</summary>
    public static readonly NoticeKey PointsTaken = new("PointsTaken", NoticeKind.Done);

    /// <summary>Child.</summary>
    public static readonly NoticeKey PinSaved = new("PinSaved", NoticeKind.Done);

    /// <summary>Child.</summary>
    public static readonly NoticeKey PinRemoved = new("PinRemoved", NoticeKind.Done);

    /// <summary>Child.</summary>
    public static readonly NoticeKey PinUnlocked = new("PinUnlocked", NoticeKind.Done);

    /// <summary>Family.</summary>
    public static readonly NoticeKey TabletAdded = new("TabletAdded", NoticeKind.Done);
    public static readonly NoticeKey TabletRemoved = new("TabletRemoved", NoticeKind.Done);
    public static readonly NoticeKey TabletLeft = new("TabletLeft", NoticeKind.Done);
    public static readonly NoticeKey SettingsSaved = new("SettingsSaved", NoticeKind.Done);

    /// <summary>Member.</summary>
    public static readonly NoticeKey FamilyHandedOver = new("FamilyHandedOver", NoticeKind.Done);

    /// <summary>Family.</summary>
    public static readonly NoticeKey FamilyDeleted = new("FamilyDeleted", NoticeKind.Done);

    /// <summary>Person or address.</summary>
    public static readonly NoticeKey InvitationCreated = new("InvitationCreated", NoticeKind.Done);

    /// <summary>How many.</summary>
    public static readonly NoticeKey InvitationsCreated = new("InvitationsCreated", NoticeKind.Done);

    /// <summary>How many were made, how many were there before.</summary>
    public static readonly NoticeKey InvitationsMixed = new("InvitationsMixed", NoticeKind.Info);

    /// <summary>How many.</summary>
    public static readonly NoticeKey LinksMade = new("LinksMade", NoticeKind.Done);
    public static readonly NoticeKey LinkMade = new("LinkMade", NoticeKind.Done);
    public static readonly NoticeKey LinkRenewed = new("LinkRenewed", NoticeKind.Done);

    /// <summary>Person or address.</summary>
    public static readonly NoticeKey AlreadyInvited = new("AlreadyInvited", NoticeKind.Info);

    /// <summary>Person or address.</summary>
    public static readonly NoticeKey AlreadyMember = new("AlreadyMember", NoticeKind.Info);

    /// <summary>Person or address.</summary>
    public static readonly NoticeKey InvitationResent = new("InvitationResent", NoticeKind.Done);

    /// <summary>Person or address.</summary>
    public static readonly NoticeKey InvitationChanged = new("InvitationChanged", NoticeKind.Done);

    /// <summary>Address.</summary>
    public static readonly NoticeKey InvitationMoved = new("InvitationMoved", NoticeKind.Done);

    /// <summary>Person or address.</summary>
    public static readonly NoticeKey InvitationRevoked = new("InvitationRevoked", NoticeKind.Done);

    public static readonly NoticeKey LinkRevoked = new("LinkRevoked", NoticeKind.Done);
    public static readonly NoticeKey OpenLinkMade = new("OpenLinkMade", NoticeKind.Done);
    public static readonly NoticeKey OpenLinkRevoked = new("OpenLinkRevoked", NoticeKind.Done);

    /// <summary>Family.</summary>
    public static readonly NoticeKey Joined = new("Joined", NoticeKind.Done);

    /// <summary>Family.</summary>
    public static readonly NoticeKey JoinedAsGuest = new("JoinedAsGuest", NoticeKind.Done);

    /// <summary>Family.</summary>
    public static readonly NoticeKey JoinedBefore = new("JoinedBefore", NoticeKind.Info);

    /// <summary>Family.</summary>
    public static readonly NoticeKey WaitingForApproval = new("WaitingForApproval", NoticeKind.Waiting);

    /// <summary>Inviter.</summary>
    public static readonly NoticeKey AskedInviter = new("AskedInviter", NoticeKind.Waiting);
    public static readonly NoticeKey InvitationDeclined = new("InvitationDeclined", NoticeKind.Info);

    /// <summary>Address, masked.</summary>
    public static readonly NoticeKey AddressProven = new("AddressProven", NoticeKind.Done);

    /// <summary>Person.</summary>
    public static readonly NoticeKey RequestApproved = new("RequestApproved", NoticeKind.Done);

    /// <summary>Person.</summary>
    public static readonly NoticeKey RequestDenied = new("RequestDenied", NoticeKind.Info);
    public static readonly NoticeKey RequestSent = new("RequestSent", NoticeKind.Waiting);
    public static readonly NoticeKey RequestWithdrawn = new("RequestWithdrawn", NoticeKind.Info);

    /// <summary>Person.</summary>
    public static readonly NoticeKey RequestBlocked = new("RequestBlocked", NoticeKind.Info);

    /// <summary>Person.</summary>
    public static readonly NoticeKey AskerUnblocked = new("AskerUnblocked", NoticeKind.Done);
    public static readonly NoticeKey CodeSent = new("CodeSent", NoticeKind.Done);
    public static readonly NoticeKey PasskeyFailed = new("PasskeyFailed", NoticeKind.Trouble);

    /// <summary>Its name.</summary>
    public static readonly NoticeKey PasskeyAdded = new("PasskeyAdded", NoticeKind.Done);

    /// <summary>Its name.</summary>
    public static readonly NoticeKey PasskeyRemoved = new("PasskeyRemoved", NoticeKind.Done);

    /// <summary>Provider.</summary>
    public static readonly NoticeKey ProviderFailed = new("ProviderFailed", NoticeKind.Trouble);

    /// <summary>Provider.</summary>
    public static readonly NoticeKey ProviderAdded = new("ProviderAdded", NoticeKind.Done);

    /// <summary>Provider.</summary>
    public static readonly NoticeKey ProviderRemoved = new("ProviderRemoved", NoticeKind.Done);

    /// <summary>Provider.</summary>
    public static readonly NoticeKey ProviderTaken = new("ProviderTaken", NoticeKind.Trouble);

    /// <summary>Provider.</summary>
    public static readonly NoticeKey NewByInvitation = new("NewByInvitation", NoticeKind.Trouble);
    public static readonly NoticeKey NewClosed = new("NewClosed", NoticeKind.Trouble);
    public static readonly NoticeKey LastWayIn = new("LastWayIn", NoticeKind.Trouble);

    /// <summary>Address.</summary>
    public static readonly NoticeKey AddressRemoved = new("AddressRemoved", NoticeKind.Done);

    /// <summary>Address.</summary>
    public static readonly NoticeKey AddressPreferred = new("AddressPreferred", NoticeKind.Done);
    public static readonly NoticeKey SignedUp = new("SignedUp", NoticeKind.Done);
    public static readonly NoticeKey PasswordSet = new("PasswordSet", NoticeKind.Done);
    public static readonly NoticeKey PasswordRemoved = new("PasswordRemoved", NoticeKind.Done);
    public static readonly NoticeKey AccountSaved = new("AccountSaved", NoticeKind.Done);
    public static readonly NoticeKey MailsSaved = new("MailsSaved", NoticeKind.Done);
    public static readonly NoticeKey DeviceSignedOut = new("DeviceSignedOut", NoticeKind.Done);
    public static readonly NoticeKey OthersSignedOut = new("OthersSignedOut", NoticeKind.Done);
    public static readonly NoticeKey AccountDeleted = new("AccountDeleted", NoticeKind.Info);
    public static readonly NoticeKey SignedOut = new("SignedOut", NoticeKind.Info);
    public static readonly NoticeKey MailStopped = new("MailStopped", NoticeKind.Done);

    /// <summary>All of them, for the test that looks for their texts.</summary>
    public static readonly IReadOnlyList<NoticeKey> All =
    [
        DemandNoted, TextsOn, FamilyStarted, FamilyLeft, MemberRemoved, MemberAdded, MemberSaved, TimeSaved, SettingsSaved, FamilyHandedOver, FamilyDeleted, InvitationCreated, InvitationsCreated, InvitationsMixed, LinksMade, LinkMade, LinkRenewed, AlreadyInvited, AlreadyMember, InvitationResent, InvitationChanged, InvitationMoved, InvitationRevoked, LinkRevoked, Joined, JoinedBefore, PointsGiven, PointsTaken, PinSaved, PinRemoved, PinUnlocked, TabletAdded, TabletRemoved, TabletLeft, OpenLinkMade, OpenLinkRevoked, JoinedAsGuest,
        WaitingForApproval, AskedInviter, InvitationDeclined, AddressProven, RequestApproved, RequestDenied, RequestSent, RequestWithdrawn, RequestBlocked, AskerUnblocked, CodeSent, SignedOut, MailStopped,
        PasskeyFailed, PasskeyAdded, PasskeyRemoved, ProviderFailed, ProviderAdded, ProviderRemoved, ProviderTaken, NewByInvitation, NewClosed, LastWayIn, AddressRemoved, AddressPreferred, SignedUp, PasswordSet, PasswordRemoved, AccountSaved, MailsSaved, DeviceSignedOut, OthersSignedOut, AccountDeleted,
    ];
}

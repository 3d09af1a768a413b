using Kinvite.AccessRequests;
using Kinvite.Accounts;
using Kinvite.Delivery;
using Kinvite.Invitations;
using Kinvite.Members;
using Kinvite.Operator;

namespace Kinvite.Hosting;

/// <summary>All types of message, each with its feature; delivery itself knows none.</summary>
internal static class KinviteMessages
{
    public static IServiceCollection AddMessages(this IServiceCollection services)
    {
        services.AddSingleton<IMessageType, CodeMessage>();
        services.AddSingleton<IMessageType, SignUpMessage>();
        services.AddSingleton<IMessageType, PasswordResetMessage>();
        services.AddSingleton<InvitationLetter>();
        services.AddSingleton<IMessageType, SecurityMessage>();
        services.AddSingleton<IMessageType, InvitationMessage>();
        services.AddSingleton<IMessageType, ReminderMessage>();
        services.AddSingleton<IMessageType, ExpiredMessage>();
        services.AddSingleton<IMessageType, FailedMessage>();
        services.AddSingleton<IMessageType, TextsOffMessage>();
        services.AddSingleton<IMessageType, TextsOnMessage>();
        services.AddSingleton<IMessageType, JoinedMessage>();
        services.AddSingleton<IMessageType, WatchersMessage>();
        services.AddSingleton<IMessageType, WatcherMessage>();
        services.AddSingleton<IMessageType, EndingMessage>();
        services.AddSingleton<IMessageType, ChildEndingMessage>();
        services.AddSingleton<IMessageType, RequestMessage>();
        services.AddSingleton<IMessageType, ApprovedMessage>();
        services.AddSingleton<IMessageType, DeniedMessage>();
        return services;
    }
}

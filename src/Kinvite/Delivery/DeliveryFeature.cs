using Kinvite.Delivery.Dsn;
using Kinvite.Delivery.Health;
using Kinvite.Delivery.Letters;
using Kinvite.Delivery.Mailbox;
using Kinvite.Delivery.Reports;
using Kinvite.Delivery.Resend;
using Kinvite.Delivery.Smtp;
using Kinvite.Delivery.Texts;
using Kinvite.Hosting;
using Microsoft.Extensions.Options;

namespace Kinvite.Delivery;

/// <summary>What delivery brings: the outbox and its worker, the channels, the letters, the development mailbox.</summary>
internal static class DeliveryFeature
{
    public static IServiceCollection AddDelivery(this IServiceCollection services)
    {
        services.AddLocalization();
        services.AddRazorComponents();
        services.AddSingleton<MailSetup>();
        services.AddSingleton<OutboxSignal>();
        services.AddSingleton<Outbox>();
        services.AddSingleton<PublicLinks>();
        services.AddSingleton<LetterRenderer>();
        services.AddSingleton<DevelopmentMailbox>();
        services.AddSingleton<IMessageChannel>(Channel);
        services.AddSingleton<TextSetup>();
        services.AddSingleton<ITextChannel>(TextChannel);
        services.AddSingleton<TextDelivery>();
        services.AddScoped<TextReadiness>();
        services.AddSingleton<TwilioHook>();
        services.AddSingleton<MessageDelivery>();
        services.AddScoped<DeliveryReports>();
        services.AddSingleton(new DnsTxt());
        services.AddSingleton<MailHealthCheck>();
        services.AddHostedService<OutboxListener>();
        services.AddHostedService<DeliveryWorker>();
        services.AddHostedService<DsnDirectory>();
        services.AddHostedService<OutboxSweep>();
        return services;
    }

    public static void MapDelivery(this IEndpointRouteBuilder routes)
    {
        var hooks = routes.MapGroup("/api/hooks").WithTags("Hooks");
        ResendWebhook.Map(hooks);
        DsnWebhook.Map(hooks);
        TwilioStatusWebhook.Map(hooks);
        TwilioInboundWebhook.Map(hooks);
        if (routes.ServiceProvider.GetRequiredService<IHostEnvironment>().IsDevelopment())
        {
            MailboxEndpoints.Map(routes);
        }
    }

    private static IMessageChannel Channel(IServiceProvider services)
    {
        var setup = services.GetRequiredService<MailSetup>();
        return setup.Way switch
        {
            MailWay.Smtp => new SmtpChannel(services.GetRequiredService<IOptions<KinviteOptions>>().Value.Smtp, setup, services.GetRequiredService<TimeProvider>()),
            MailWay.Resend => new ResendChannel(services.GetRequiredService<IOptions<KinviteOptions>>().Value.Resend, setup, services.GetRequiredService<TimeProvider>()),
            MailWay.Mailbox => new MailboxChannel(services.GetRequiredService<DevelopmentMailbox>()),
            MailWay.Off => new OffChannel(),
        };
    }

    private static ITextChannel TextChannel(IServiceProvider services) => services.GetRequiredService<TextSetup>().Way switch
    {
        TextWay.Twilio => new TwilioChannel(
            services.GetRequiredService<IOptions<KinviteOptions>>().Value.Twilio, services.GetRequiredService<PublicLinks>(), services.GetRequiredService<TimeProvider>()),
        TextWay.Mailbox => new TextMailboxChannel(services.GetRequiredService<DevelopmentMailbox>()),
        TextWay.Off => new OffChannel(),
    };
}

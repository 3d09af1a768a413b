using System.Text.Json;
using System.Text.Json.Serialization;
using Kinvite.AccessRequests;
using Kinvite.Accounts;
using Kinvite.Activity;
using Kinvite.Delivery;
using Kinvite.Devices;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Kinds;
using Kinvite.Limits;
using Kinvite.Links;
using Kinvite.Members;
using Kinvite.Operator;
using Kinvite.Pages;
using Kinvite.Persistence;
using Kinvite.SeedPaths;
using Kinvite.Telemetry;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Kinvite.Hosting;

/// <summary>Registers the product, feature by feature; nothing is scanned.</summary>
public static class KinviteServices
{
    /// <summary>Adds everything that <see cref="KinviteEndpoints.MapKinvite"/> serves.</summary>
    /// <param name="services">The container.</param>
    /// <param name="configuration">Read from section <c>Kinvite</c> and <c>ConnectionStrings:Kinvite</c>.</param>
    /// <param name="environment">Development has defaults that Production asks for.</param>
    public static IServiceCollection AddKinvite(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        services.AddOptions<KinviteOptions>().Bind(configuration.GetSection(KinviteOptions.Section));
        services.AddSingleton<Microsoft.Extensions.Options.IPostConfigureOptions<KinviteOptions>>(new KinviteDefaults(environment));
        services.TryAddSingleton(TimeProvider.System);
        services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(20));
        AddHttp(services);
        services.AddDatabase();
        services.AddTelemetry();
        services.AddOtlpExport(configuration);
        // First of the hosted parts that do something: it opens the database that the others use.
        services.AddHostedService<StartUp>();
        services.AddLinks();
        services.AddDataProtectionRing();
        services.AddLimits();
        services.AddAccounts(configuration.GetSection(KinviteOptions.Section));
        services.AddKinds();
        services.AddFamilies();
        services.AddMembers();
        services.AddDevices();
        services.AddInvitations();
        services.AddAccessRequests();
        services.AddActivity();
        services.AddSeedPaths();
        services.AddOperator();
        services.AddDelivery();
        services.AddMessages();
        services.AddPages();
        return services;
    }

    private static void AddHttp(IServiceCollection services)
    {
        services.AddProblemDetails();
        services.AddExceptionHandler<FaultHandler>();
        services.AddHttpContextAccessor();
        services.AddApiDocument();
        services.AddScoped<CurrentAccount>();
        services.AddScoped<Idempotency>();
        services.AddHostedService<IdempotencyKeySweep>();
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.SerializerOptions.AllowDuplicateProperties = false;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
            json.SerializerOptions.DictionaryKeyPolicy = null;
            json.SerializerOptions.RespectNullableAnnotations = true;
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.Never;
            json.SerializerOptions.MaxDepth = 16;
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
            json.SerializerOptions.Converters.Add(new UtcInstantConverter());
        });
        // On by default in Development only; a body that cannot be read must answer the same everywhere (FaultHandler).
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
    }
}

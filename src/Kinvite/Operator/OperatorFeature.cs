namespace Kinvite.Operator;

/// <summary>The folder's table of contents: what whoever runs the server sees.</summary>
internal static class OperatorFeature
{
    public static IServiceCollection AddOperator(this IServiceCollection services) => services
        .AddSingleton(provider => new ServerStarted(provider.GetRequiredService<TimeProvider>().Now()))
        .AddScoped<Operators>().AddScoped<ShowOperator>().AddScoped<EndTextOutage>().AddScoped<RecordDemand>().AddScoped<ListDemand>()
        .AddHostedService<TextsOnRounds>();

    /// <summary>Pages of those who are signed in.</summary>
    public static void MapPages(IEndpointRouteBuilder signedIn)
    {
        // Made now, not when somebody looks first.
        signedIn.ServiceProvider.GetRequiredService<ServerStarted>();
        ShowOperator.Map(signedIn);
        EndTextOutage.Map(signedIn);
    }
}

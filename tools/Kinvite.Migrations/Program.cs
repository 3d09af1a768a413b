using Kinvite.Persistence;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.Extensions.DependencyInjection;

// Started by `dotnet ef` only: see CONTRIBUTING.md, "A new migration".
Console.Error.WriteLine("dotnet ef migrations add NAME --no-build --startup-project tools/Kinvite.Migrations --project src/Kinvite --output-dir Persistence/Migrations");
return 1;

/// <summary>Makes the context for <c>dotnet ef</c>, without starting the server.</summary>
internal sealed class DesignTimeContext : IDesignTimeDbContextFactory<KinviteDbContext>
{
    public KinviteDbContext CreateDbContext(string[] args)
    {
        var services = new ServiceCollection();
        services.Configure<IdentityOptions>(identity => identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3);
        var options = new DbContextOptionsBuilder<KinviteDbContext>()
            .UseNpgsql("Host=nowhere")
            .UseApplicationServiceProvider(services.BuildServiceProvider())
            .Options;
        return new KinviteDbContext(options);
    }
}

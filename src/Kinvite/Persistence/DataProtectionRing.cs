using Kinvite.Links;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;

namespace Kinvite.Persistence;

/// <summary>
/// The framework's Data Protection ring in the database, so that every server reads what another protected (form tokens, notices,
/// the link that waits for its sign-in). Each key lies there encrypted with the master key: a copy of the database opens nothing.
/// </summary>
internal static class DataProtectionRing
{
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromDays(90);

    public static IServiceCollection AddDataProtectionRing(this IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("kinvite").SetDefaultKeyLifetime(KeyLifetime);
        services.AddSingleton<DataProtectionTable>();
        services.AddOptions<KeyManagementOptions>().Configure<DataProtectionTable, MasterKeys>(static (options, table, masters) =>
        {
            options.XmlRepository = table;
            options.XmlEncryptor = new MasterKeyXmlEncryptor(masters);
        });
        return services;
    }

    /// <summary>Makes the first key, or one for a new master key. Runs under the start lock: two servers would each make one.</summary>
    public static void Prepare(IServiceProvider services)
    {
        var masters = services.GetRequiredService<MasterKeys>();
        var now = services.GetRequiredService<TimeProvider>().Now();
        var keys = services.GetRequiredService<DataProtectionTable>().GetAllElements();
        if (!keys.Any(key => MasterKeyXmlEncryptor.FingerprintOf(key) == masters.Current.Fingerprint))
        {
            services.GetRequiredService<IKeyManager>().CreateNewKey(now, now + KeyLifetime);
        }
    }
}

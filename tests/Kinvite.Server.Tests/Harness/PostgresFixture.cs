using System.Runtime.Versioning;
using Kinvite.Harness;
using Kinvite.Persistence;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

[assembly: AssemblyFixture(typeof(PostgresFixture))]
[assembly: UnsupportedOSPlatform("windows")]

namespace Kinvite.Harness;

/// <summary>One private PostgreSQL for the whole test run, with a template that has every migration; a test's own database is a copy of it.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    /// <summary>The template is made with this key, so applications on its copies have to use it, too.</summary>
    public static readonly string MasterKey = Convert.ToBase64String(Enumerable.Range(1, 32).Select(i => (byte)i).ToArray());

    private const string Template = "kinvite_template";
    private readonly Scratch scratch = new();
    // PostgreSQL copies a template only while nobody else does.
    private readonly SemaphoreSlim copying = new(1);
    private readonly Lazy<Task<LocalPostgres>> cluster;
    private readonly Lazy<Task> template;
    private int made;

    public PostgresFixture()
    {
        cluster = new(StartAsync);
        template = new(MakeTemplateAsync);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Administers the cluster; also the way around a fault proxy.</summary>
    public async Task<string> ConnectionStringAsync() => (await cluster.Value).ConnectionString;

    /// <summary>A database of its own, empty but for every migration.</summary>
    public async Task<TestDatabase> CreateDatabaseAsync()
    {
        await template.Value;
        var name = $"test_{Interlocked.Increment(ref made)}";
        await copying.WaitAsync();
        try
        {
            await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {Template}");
        }
        finally
        {
            copying.Release();
        }

        return new(this, name, await ForAsync(name));
    }

    /// <summary>A database without any table, as a first start finds it.</summary>
    public async Task<TestDatabase> CreateEmptyDatabaseAsync()
    {
        var name = $"test_{Interlocked.Increment(ref made)}";
        await ExecuteAsync($"CREATE DATABASE {name}");
        return new(this, name, await ForAsync(name));
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (cluster.IsValueCreated)
        {
            await (await cluster.Value).StopAsync();
        }

        copying.Dispose();
        scratch.Dispose();
    }

    internal async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(await ConnectionStringAsync()) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<LocalPostgres> StartAsync()
    {
        foreach (var abandoned in Scratch.Abandoned().ToList())
        {
            Scratch.Clear(abandoned);
        }

        return await LocalPostgres.StartAsync(scratch.Below("data"), bin: null, NullLogger.Instance, TimeProvider.System, CancellationToken.None, durable: false);
    }

    private async Task MakeTemplateAsync()
    {
        await ExecuteAsync($"CREATE DATABASE {Template}");
        // A start makes the tables, the first epoch and the first ring key.
        var app = await KinviteApp.StartAsync(await ForAsync(Template));
        await app.DisposeAsync();
        using var connection = new NpgsqlConnection(await ForAsync(Template));
        NpgsqlConnection.ClearPool(connection);
    }

    private async Task<string> ForAsync(string database) =>
        new NpgsqlConnectionStringBuilder(await ConnectionStringAsync()) { Database = database, MaxPoolSize = 40 }.ConnectionString;
}

/// <summary>A database that goes away with the test.</summary>
public sealed class TestDatabase(PostgresFixture postgres, string name, string connectionString) : IAsyncDisposable
{
    public string Name => name;

    public string ConnectionString => connectionString;

    public async Task<T?> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    public async Task<int> ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 300 };
        return await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        using (var connection = new NpgsqlConnection(connectionString))
        {
            NpgsqlConnection.ClearPool(connection);
        }

        await postgres.ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    }
}

using System.Collections.Concurrent;
using Kinvite.Delivery;
using Kinvite.Harness;
using Kinvite.Hosting;
using Kinvite.Kinds;
using Kinvite.Limits;
using Kinvite.Links;
using Kinvite.Persistence;
using Kinvite.Telemetry;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Kinvite.Server.Tests.Delivery;

/// <summary>Delivery alone on a real database: without the web, with a channel that a test holds in its hands.</summary>
internal sealed class DeliveryHost : IAsyncDisposable
{
    private readonly IHost host;
    private readonly Scratch scratch;

    private DeliveryHost(IHost host, Scratch scratch, HandChannel channel, NoteType notes, CapturedLogs logs, ManualClock clock) =>
        (this.host, this.scratch, Channel, Notes, Logs, Clock) = (host, scratch, channel, notes, logs, clock);

    public HandChannel Channel { get; }

    public NoteType Notes { get; }

    public CapturedLogs Logs { get; }

    public ManualClock Clock { get; }

    public IServiceProvider Services => host.Services;

    /// <param name="connectionString">A database that has its tables.</param>
    /// <param name="works">Whether the worker runs; else a test claims and marks by itself.</param>
    /// <param name="configure">Last word on the services.</param>
    public static async Task<DeliveryHost> StartAsync(string connectionString, bool works = true, Action<IServiceCollection>? configure = null)
    {
        var scratch = new Scratch();
        var builder = Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = Environments.Development });
        var (channel, notes, logs, clock) = (new HandChannel(), new NoteType(), new CapturedLogs(), new ManualClock());
        builder.Services.AddOptions<KinviteOptions>().Configure(o =>
        {
            (o.PublicUrl, o.DataDirectory, o.MasterKey) = (new("http://localhost:5080"), scratch.Path, PostgresFixture.MasterKey);
            o.TermsUrl = new("https://example.org/terms");
        });
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.Configure<IdentityOptions>(o => o.Stores.SchemaVersion = IdentitySchemaVersions.Version3);
        builder.Services.AddDatabase();
        builder.Services.AddTelemetry();
        builder.Services.AddLinks();
        builder.Services.AddKinds();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddSingleton<RateLimits>();
        builder.Services.AddSingleton<TextLimits>();
        builder.Services.AddDelivery();
        builder.Services.AddMessages();
        builder.Services.AddSingleton<IMessageType>(notes);
        builder.Services.Replace(ServiceDescriptor.Singleton<IMessageChannel>(channel));
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(20));
        builder.Logging.AddProvider(logs);
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.None);
        builder.Logging.AddFilter("Npgsql", LogLevel.None);
        foreach (var idle in builder.Services.Where(s => s.ServiceType == typeof(IHostedService) && (!works || s.ImplementationType?.Namespace != typeof(DeliveryWorker).Namespace)).ToList())
        {
            builder.Services.Remove(idle);
        }

        configure?.Invoke(builder.Services);
        var host = builder.Build();
        host.Services.GetRequiredService<Database>().Open(connectionString);
        host.Services.GetRequiredService<KeyRing>().Load([new KeyEpoch
        {
            Number = 1, MasterFingerprint = host.Services.GetRequiredService<MasterKeys>().Current.Fingerprint, CreatedAt = clock.Now(),
        }]);
        await host.StartAsync();
        return new(host, scratch, channel, notes, logs, clock);
    }

    public async Task<T> InDbAsync<T>(Func<KinviteDbContext, Task<T>> work)
    {
        await using var scope = Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<KinviteDbContext>());
    }

    public Task<OutboxMessage> QueueAsync(string type = NoteType.Name, Guid? subject = null, short generation = 0) => InDbAsync(async db =>
    {
        var now = Clock.Now();
        var row = OutboxMessage.Of(type, subject ?? Guid.CreateVersion7(now), now, generation);
        db.Outbox.Add(row);
        await db.SaveChangesAsync();
        return row;
    });

    public Task<OutboxMessage> RowAsync(Guid id) => InDbAsync(db => db.Outbox.AsNoTracking().SingleAsync(o => o.Id == id));

    public async Task<OutboxMessage> WaitForAsync(Guid id, Func<OutboxMessage, bool> condition)
    {
        for (var i = 0; i < 400; i++)
        {
            if (await RowAsync(id) is var row && condition(row))
            {
                return row;
            }

            await Task.Delay(50);
        }

        throw new TimeoutException($"Message {id} did not get there: {(await RowAsync(id)).State}");
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
        scratch.Dispose();
    }
}

/// <summary>A channel that does what the test says and keeps what it was given.</summary>
internal sealed class HandChannel : IMessageChannel
{
    public ConcurrentQueue<OutgoingMail> Sent { get; } = new();

    public Func<OutgoingMail, CancellationToken, Task<SendOutcome>> Answer { get; set; } = (_, _) => Task.FromResult(new SendOutcome(SendResult.Sent));

    public Task<SendOutcome> SendAsync(OutgoingMail mail, SendLease lease, CancellationToken ct)
    {
        Sent.Enqueue(mail);
        return Answer(mail, ct);
    }
}

/// <summary>The smallest type of message.</summary>
internal sealed class NoteType : IMessageType
{
    public const string Name = "note";

    public string Type => Name;

    public Func<OutboxMessage, Prepared> Prepare { get; set; } = Note;

    public Func<OutboxMessage, KinviteDbContext, Task> After { get; set; } = (_, _) => Task.CompletedTask;

    public static Prepared Note(OutboxMessage row) => new Prepared.Send(new OutgoingMail
    {
        Id = row.Id,
        To = new("anna@example.org"),
        Subject = "Note",
        Html = "<p>Note</p>",
        Text = "Note",
    });

    public Task<Prepared> PrepareAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct) => Task.FromResult(Prepare(row));

    public Task AfterAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct) => After(row, db);
}

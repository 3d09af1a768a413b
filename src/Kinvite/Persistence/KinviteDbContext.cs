using Kinvite.AccessRequests;
using Kinvite.Accounts;
using Kinvite.Activity;
using Kinvite.Delivery;
using Kinvite.Delivery.Texts;
using Kinvite.Devices;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Limits;
using Kinvite.Links;
using Kinvite.Members;
using Kinvite.Operator;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Persistence;

/// <summary>Everything that is kept. Each feature maps its own tables in its folder's <c>*Mapping.cs</c>.</summary>
internal sealed class KinviteDbContext(DbContextOptions<KinviteDbContext> options) : IdentityUserContext<Account, Guid>(options)
{
    public DbSet<Account> Accounts => Set<Account>();
    public DbSet<AccountAddress> Addresses => Set<AccountAddress>();
    public DbSet<Session> Sessions => Set<Session>();
    public DbSet<OneTimeCode> Codes => Set<OneTimeCode>();
    public DbSet<PasswordTries> PasswordTries => Set<PasswordTries>();
    public DbSet<Family> Families => Set<Family>();
    public DbSet<Member> Members => Set<Member>();
    public DbSet<MemberChild> MemberChildren => Set<MemberChild>();
    public DbSet<PointEntry> PointEntries => Set<PointEntry>();
    public DbSet<Device> Devices => Set<Device>();
    public DbSet<Invitation> Invitations => Set<Invitation>();
    public DbSet<InvitationChild> InvitationChildren => Set<InvitationChild>();
    public DbSet<InvitationBlock> InvitationBlocks => Set<InvitationBlock>();
    public DbSet<InviteLink> InviteLinks => Set<InviteLink>();
    public DbSet<AccessRequest> AccessRequests => Set<AccessRequest>();
    public DbSet<RequestBlock> RequestBlocks => Set<RequestBlock>();
    public DbSet<ActivityEntry> Activity => Set<ActivityEntry>();
    public DbSet<OutboxMessage> Outbox => Set<OutboxMessage>();
    public DbSet<TextStop> TextStops => Set<TextStop>();
    public DbSet<TextOutage> TextOutages => Set<TextOutage>();
    public DbSet<DemandEntry> Demand => Set<DemandEntry>();
    public DbSet<RateCounter> RateCounters => Set<RateCounter>();
    public DbSet<IdempotencyKey> IdempotencyKeys => Set<IdempotencyKey>();
    public DbSet<KeyEpoch> KeyEpochs => Set<KeyEpoch>();
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(KinviteDbContext).Assembly);
        SnakeCase.Apply(builder);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveColumnType("timestamptz");
        configurationBuilder.Properties<InvitationStatus>().HaveConversion<short>();
        configurationBuilder.Properties<InvitationChannel>().HaveConversion<short>();
        configurationBuilder.Properties<InviteLinkStatus>().HaveConversion<short>();
        configurationBuilder.Properties<AccessRequestStatus>().HaveConversion<short>();
        configurationBuilder.Properties<DeliveryState>().HaveConversion<short>();
        configurationBuilder.Properties<SessionKind>().HaveConversion<short>();
        configurationBuilder.Properties<Rights.Permission>().HaveConversion<short>();
        configurationBuilder.Properties<Kinds.Binding>().HaveConversion<short>();
        configurationBuilder.Properties<Addresses.AddressType>().HaveConversion<short>();
    }
}

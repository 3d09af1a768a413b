using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Kinvite.Delivery;

internal sealed class OutboxMapping : IEntityTypeConfiguration<OutboxMessage>
{
    public void Configure(EntityTypeBuilder<OutboxMessage> builder)
    {
        builder.ToTable("outbox");
        builder.HasKey(m => m.Id);
        builder.Property(m => m.Id).ValueGeneratedNever();
        builder.Property(m => m.Type).HasMaxLength(40);
        builder.Property(m => m.Detail).HasMaxLength(200);
        builder.HasIndex(m => new { m.Priority, m.DueAt, m.Id }).HasFilter("done_at IS NULL").HasDatabaseName("ix_outbox_waiting");
        builder.Property(m => m.ProviderId).HasMaxLength(OutboxMessage.ProviderIdLength).UseCollation("C");
        builder.HasIndex(m => m.ProviderId).HasFilter("provider_id IS NOT NULL");
        builder.HasIndex(m => new { m.SubjectId, m.Id });
    }
}

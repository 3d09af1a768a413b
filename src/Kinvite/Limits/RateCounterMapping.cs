using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Kinvite.Limits;

internal sealed class RateCounterMapping : IEntityTypeConfiguration<RateCounter>
{
    public void Configure(EntityTypeBuilder<RateCounter> builder)
    {
        builder.ToTable("rate_counters");
        builder.HasKey(c => c.Key);
        builder.Property(c => c.Key).HasMaxLength(120).UseCollation("C");
        builder.HasIndex(c => c.ArrivalAt);
    }
}

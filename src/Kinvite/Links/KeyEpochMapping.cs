using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Kinvite.Links;

internal sealed class KeyEpochMapping : IEntityTypeConfiguration<KeyEpoch>
{
    public void Configure(EntityTypeBuilder<KeyEpoch> builder)
    {
        builder.ToTable("key_epochs");
        builder.HasKey(e => e.Number);
        builder.Property(e => e.Number).ValueGeneratedNever();
        builder.Property(e => e.MasterFingerprint).HasMaxLength(64);
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Kinvite.Families;

internal sealed class FamilyMapping : IEntityTypeConfiguration<Family>
{
    public void Configure(EntityTypeBuilder<Family> builder)
    {
        builder.ToTable("families");
        builder.HasKey(f => f.Id);
        builder.Property(f => f.Id).ValueGeneratedNever();
        builder.Property(f => f.Name).HasMaxLength(Family.NameLength);
        builder.Property(f => f.Kind).HasMaxLength(40);
        builder.Property(f => f.Locale).HasMaxLength(16);
        builder.Property(f => f.TimeZone).HasMaxLength(64);
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Kinvite.Delivery.Texts;

internal sealed class TextStopMapping : IEntityTypeConfiguration<TextStop>
{
    public void Configure(EntityTypeBuilder<TextStop> builder)
    {
        builder.ToTable("text_stops");
        builder.HasKey(s => s.AddressKey);
        builder.Property(s => s.AddressKey).HasMaxLength(254).UseCollation("C");
    }
}

internal sealed class TextOutageMapping : IEntityTypeConfiguration<TextOutage>
{
    public void Configure(EntityTypeBuilder<TextOutage> builder)
    {
        builder.ToTable("text_outages");
        builder.HasKey(o => o.Id);
        builder.Property(o => o.Id).ValueGeneratedNever();
        builder.Property(o => o.Code).HasMaxLength(40);
    }
}

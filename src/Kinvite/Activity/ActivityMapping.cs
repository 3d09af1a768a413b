using System.Text.Json;
using Kinvite.Families;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Kinvite.Activity;

internal sealed class ActivityMapping : IEntityTypeConfiguration<ActivityEntry>
{
    public void Configure(EntityTypeBuilder<ActivityEntry> builder)
    {
        builder.ToTable("activity");
        builder.HasKey(a => new { a.FamilyId, a.Id });
        builder.Property(a => a.Type).HasMaxLength(40);
        builder.Property(a => a.ActorName).HasMaxLength(80);
        builder.Property(a => a.SubjectName).HasMaxLength(80);
        builder.Property(a => a.Data).HasColumnType("jsonb").HasConversion(
            d => JsonSerializer.Serialize(d, JsonSerializerOptions.Default),
            s => JsonSerializer.Deserialize<Dictionary<string, string>>(s, JsonSerializerOptions.Default)!,
            new ValueComparer<Dictionary<string, string>>((a, b) => ReferenceEquals(a, b), d => d.Count, d => d));
        builder.HasOne<Family>().WithMany().HasForeignKey(a => a.FamilyId).OnDelete(DeleteBehavior.Cascade);
    }
}

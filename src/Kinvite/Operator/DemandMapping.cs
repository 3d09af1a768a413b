using Kinvite.Accounts;
using Kinvite.Families;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Kinvite.Operator;

internal sealed class DemandMapping : IEntityTypeConfiguration<DemandEntry>
{
    public void Configure(EntityTypeBuilder<DemandEntry> builder)
    {
        builder.ToTable("demand");
        builder.HasKey(d => new { d.AccountId, d.Feature, d.Day });
        builder.Property(d => d.Feature).HasMaxLength(40);
        builder.HasIndex(d => d.FamilyId);
        builder.HasOne<Account>().WithMany().HasForeignKey(d => d.AccountId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Family>().WithMany().HasForeignKey(d => d.FamilyId).OnDelete(DeleteBehavior.Cascade);
    }
}

using Kinvite.Accounts;
using Kinvite.Families;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Kinvite.Members;

internal sealed class MemberMapping : IEntityTypeConfiguration<Member>
{
    public void Configure(EntityTypeBuilder<Member> builder)
    {
        builder.ToTable("members");
        builder.HasKey(m => new { m.FamilyId, m.Id });
        builder.Property(m => m.Name).HasMaxLength(Member.NameLength);
        builder.Property(m => m.Role).HasMaxLength(40);
        builder.Property(m => m.Avatar).HasMaxLength(40);
        builder.HasIndex(m => new { m.AccountId, m.FamilyId }).IsUnique().HasFilter("account_id IS NOT NULL").HasDatabaseName("ix_members_account");
        builder.HasIndex(m => m.Id).HasFilter("account_id IS NULL").HasDatabaseName("ix_members_profile");
        builder.HasIndex(m => m.AccessUntil).HasFilter("access_until IS NOT NULL").HasDatabaseName("ix_members_access_until");
        builder.HasOne<Family>().WithMany().HasForeignKey(m => m.FamilyId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Account>().WithMany().HasForeignKey(m => m.AccountId).OnDelete(DeleteBehavior.Restrict);
        builder.HasMany(m => m.Children).WithOne().HasForeignKey(c => new { c.FamilyId, c.MemberId }).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class PointEntryMapping : IEntityTypeConfiguration<PointEntry>
{
    public void Configure(EntityTypeBuilder<PointEntry> builder)
    {
        builder.ToTable("point_entries");
        builder.HasKey(p => new { p.FamilyId, p.MemberId, p.Id });
        builder.Property(p => p.Reason).HasMaxLength(PointEntry.ReasonLength);
        builder.Property(p => p.ByName).HasMaxLength(Member.NameLength);
        builder.HasOne<Member>().WithMany().HasForeignKey(p => new { p.FamilyId, p.MemberId }).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class MemberChildMapping : IEntityTypeConfiguration<MemberChild>
{
    public void Configure(EntityTypeBuilder<MemberChild> builder)
    {
        builder.ToTable("member_children");
        // A server of the release before writes without it.
        builder.Property(c => c.Since).HasDefaultValueSql("now()");
        builder.HasKey(c => new { c.FamilyId, c.MemberId, c.ChildId });
        builder.HasIndex(c => new { c.FamilyId, c.ChildId });
        builder.HasIndex(c => c.Until).HasFilter("until IS NOT NULL").HasDatabaseName("ix_member_children_until");
        builder.HasOne<Member>().WithMany().HasForeignKey(c => new { c.FamilyId, c.ChildId }).OnDelete(DeleteBehavior.Cascade);
    }
}

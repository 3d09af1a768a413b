using Kinvite.Accounts;
using Kinvite.Families;
using Kinvite.Invitations;
using Kinvite.Members;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Kinvite.AccessRequests;

internal sealed class AccessRequestMapping : IEntityTypeConfiguration<AccessRequest>
{
    public void Configure(EntityTypeBuilder<AccessRequest> builder)
    {
        builder.ToTable("access_requests");
        builder.HasKey(r => r.Id);
        builder.Property(r => r.Id).ValueGeneratedNever();
        builder.Ignore(r => r.RestsUntil);
        builder.Property(r => r.Name).HasMaxLength(Member.NameLength);
        builder.Property(r => r.Message).HasMaxLength(AccessRequest.MessageLength);
        builder.Property(r => r.Role).HasMaxLength(40);
        builder.HasIndex(r => new { r.AccountId, r.TargetId }).IsUnique().HasFilter("status = 1").HasDatabaseName("ix_access_requests_pending");
        builder.HasIndex(r => new { r.AccountId, r.Id });
        builder.HasIndex(r => new { r.FamilyId, r.Id });
        builder.HasIndex(r => new { r.FamilyId, r.InvitationId }).HasFilter("invitation_id IS NOT NULL").HasDatabaseName("ix_access_requests_invitation");
        builder.HasOne<Account>().WithMany().HasForeignKey(r => r.AccountId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Family>().WithMany().HasForeignKey(r => r.FamilyId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Invitation>().WithMany().HasForeignKey(r => new { r.FamilyId, r.InvitationId })
            .HasPrincipalKey(i => new { i.FamilyId, i.Id }).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(r => new { r.FamilyId, r.LinkId }).HasFilter("link_id IS NOT NULL").HasDatabaseName("ix_access_requests_link");
        builder.HasOne<InviteLink>().WithMany().HasForeignKey(r => new { r.FamilyId, r.LinkId })
            .HasPrincipalKey(l => new { l.FamilyId, l.Id }).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Member>().WithMany().HasForeignKey(r => new { r.FamilyId, r.ChildId }).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class RequestBlockMapping : IEntityTypeConfiguration<RequestBlock>
{
    public void Configure(EntityTypeBuilder<RequestBlock> builder)
    {
        builder.ToTable("request_blocks");
        builder.HasKey(b => new { b.FamilyId, b.AccountId });
        builder.HasIndex(b => b.AccountId);
        builder.HasOne<Family>().WithMany().HasForeignKey(b => b.FamilyId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Account>().WithMany().HasForeignKey(b => b.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}

using Kinvite.Families;
using Kinvite.Members;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Kinvite.Invitations;

internal sealed class InviteLinkMapping : IEntityTypeConfiguration<InviteLink>
{
    public void Configure(EntityTypeBuilder<InviteLink> builder)
    {
        builder.ToTable("invite_links");
        builder.HasKey(l => l.Id);
        builder.Property(l => l.Id).ValueGeneratedNever();
        builder.HasAlternateKey(l => new { l.FamilyId, l.Id });
        builder.Ignore(l => l.IsFull);
        builder.Property(l => l.Role).HasMaxLength(40);
        builder.Property(l => l.CreatedByName).HasMaxLength(Member.NameLength);
        // One that works in a family; a new one replaces it.
        builder.HasIndex(l => l.FamilyId).IsUnique().HasFilter("status = 1").HasDatabaseName("ix_invite_links_active");
        builder.HasOne<Family>().WithMany().HasForeignKey(l => l.FamilyId).OnDelete(DeleteBehavior.Cascade);
    }
}

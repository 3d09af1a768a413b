using Kinvite.Families;
using Kinvite.Members;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Kinvite.Invitations;

internal sealed class InvitationMapping : IEntityTypeConfiguration<Invitation>
{
    public void Configure(EntityTypeBuilder<Invitation> builder)
    {
        builder.ToTable("invitations");
        builder.HasKey(i => i.Id);
        builder.Property(i => i.Id).ValueGeneratedNever();
        builder.Ignore(i => i.AskedFor);
        builder.HasAlternateKey(i => new { i.FamilyId, i.Id });
        builder.Property(i => i.Address).HasMaxLength(254);
        builder.Property(i => i.AddressKey).HasMaxLength(254).UseCollation("C");
        builder.Property(i => i.Name).HasMaxLength(Member.NameLength);
        builder.Property(i => i.InviterName).HasMaxLength(Member.NameLength);
        builder.Property(i => i.Role).HasMaxLength(40);
        builder.Property(i => i.Locale).HasMaxLength(16);
        builder.Property(i => i.Message).HasMaxLength(Invitation.MessageLength);
        // Address first, so that it also finds "my invitations".
        builder.HasIndex(i => new { i.AddressKey, i.FamilyId }, "ix_invitations_open_address").HasFilter("status IN (1, 6) AND address_key IS NOT NULL");
        // One open invitation for an address to the whole family; for chosen children, what one may not see stands in nobody's way.
        builder.HasIndex(i => new { i.AddressKey, i.FamilyId }, "ix_invitations_open_family_address").IsUnique()
            .HasFilter("status IN (1, 6) AND address_key IS NOT NULL AND whole_family");
        builder.HasIndex(i => new { i.FamilyId, i.AddressKey }).HasFilter("status = 3").HasDatabaseName("ix_invitations_declined");
        builder.HasIndex(i => new { i.FamilyId, i.InviterId }).HasFilter("status IN (1, 6)").HasDatabaseName("ix_invitations_open_inviter");
        // One open invitation for a profile that is taken over.
        builder.HasIndex(i => new { i.FamilyId, i.MemberId }).IsUnique()
            .HasFilter("status IN (1, 6) AND member_id IS NOT NULL").HasDatabaseName("ix_invitations_open_profile");
        builder.HasIndex(i => i.NextStepAt).HasFilter("next_step_at IS NOT NULL").HasDatabaseName("ix_invitations_next_step");
        builder.HasOne<Family>().WithMany().HasForeignKey(i => i.FamilyId).OnDelete(DeleteBehavior.Cascade);
        builder.HasMany(i => i.Children).WithOne().HasForeignKey(c => new { c.FamilyId, c.InvitationId })
            .HasPrincipalKey(i => new { i.FamilyId, i.Id }).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class InvitationChildMapping : IEntityTypeConfiguration<InvitationChild>
{
    public void Configure(EntityTypeBuilder<InvitationChild> builder)
    {
        builder.ToTable("invitation_children");
        builder.HasKey(c => new { c.FamilyId, c.InvitationId, c.ChildId });
        builder.HasIndex(c => new { c.FamilyId, c.ChildId });
        builder.HasOne<Member>().WithMany().HasForeignKey(c => new { c.FamilyId, c.ChildId }).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class InvitationBlockMapping : IEntityTypeConfiguration<InvitationBlock>
{
    public void Configure(EntityTypeBuilder<InvitationBlock> builder)
    {
        builder.ToTable("invitation_blocks");
        builder.HasKey(b => b.Id);
        builder.Property(b => b.Id).ValueGeneratedNever();
        builder.Property(b => b.AddressKey).HasMaxLength(254).UseCollation("C");
        builder.HasIndex(b => new { b.AddressKey, b.FamilyId }).IsUnique().AreNullsDistinct(false);
        builder.HasOne<Family>().WithMany().HasForeignKey(b => b.FamilyId).OnDelete(DeleteBehavior.Cascade);
    }
}

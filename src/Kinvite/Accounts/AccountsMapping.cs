using Kinvite.Devices;
using Kinvite.Members;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Kinvite.Accounts;

internal sealed class AccountMapping : IEntityTypeConfiguration<Account>
{
    public void Configure(EntityTypeBuilder<Account> builder)
    {
        builder.ToTable("accounts");
        builder.Property(a => a.Id).ValueGeneratedNever();
        builder.Property(a => a.DisplayName).HasMaxLength(Account.NameLength);
        builder.Property(a => a.Locale).HasMaxLength(16);
        builder.Property(a => a.TimeZone).HasMaxLength(64);
        // Identity's own look-ups by folded name are banned (BannedSymbols.txt); without their indexes an account costs less.
        foreach (var index in builder.Metadata.GetIndexes().ToList())
        {
            builder.Metadata.RemoveIndex(index);
        }

        builder.Ignore(a => a.Email).Ignore(a => a.NormalizedEmail).Ignore(a => a.EmailConfirmed)
            .Ignore(a => a.PhoneNumber).Ignore(a => a.PhoneNumberConfirmed)
            .Ignore(a => a.UserName).Ignore(a => a.NormalizedUserName);
    }
}

internal sealed class AccountAddressMapping : IEntityTypeConfiguration<AccountAddress>
{
    public void Configure(EntityTypeBuilder<AccountAddress> builder)
    {
        builder.ToTable("account_addresses");
        builder.HasKey(a => a.Id);
        builder.Property(a => a.Id).ValueGeneratedNever();
        builder.Property(a => a.Value).HasMaxLength(254);
        builder.Property(a => a.Key).HasMaxLength(254).UseCollation("C");
        builder.HasIndex(a => a.Key, "ix_account_addresses_proven_key").IsUnique().HasFilter("proven_at IS NOT NULL");
        builder.HasIndex(a => a.Key, "ix_account_addresses_key").HasFilter("removed_at IS NULL");
        builder.HasIndex(a => a.AccountId);
        builder.HasOne<Account>().WithMany().HasForeignKey(a => a.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class SessionMapping : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> builder)
    {
        builder.ToTable("sessions");
        builder.HasKey(s => s.Id);
        builder.Property(s => s.Id).ValueGeneratedNever();
        builder.Property(s => s.Device).HasMaxLength(Session.DeviceLength);
        builder.HasIndex(s => s.AccountId);
        builder.HasIndex(s => new { s.FamilyId, s.MemberId }).HasFilter("member_id IS NOT NULL").HasDatabaseName("ix_sessions_member");
        builder.HasIndex(s => s.DeviceId).HasFilter("device_id IS NOT NULL");
        builder.ToTable(t => t.HasCheckConstraint("ck_sessions_whose", "(account_id IS NULL) = (member_id IS NOT NULL AND family_id IS NOT NULL AND device_id IS NOT NULL)"));
        builder.HasOne<Account>().WithMany().HasForeignKey(s => s.AccountId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Member>().WithMany().HasForeignKey(s => new { s.FamilyId, s.MemberId }).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Device>().WithMany().HasForeignKey(s => s.DeviceId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class OneTimeCodeMapping : IEntityTypeConfiguration<OneTimeCode>
{
    public void Configure(EntityTypeBuilder<OneTimeCode> builder)
    {
        builder.ToTable("codes");
        builder.HasKey(c => c.Id);
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.Property(c => c.Address).HasMaxLength(254);
        builder.Property(c => c.AddressKey).HasMaxLength(254).UseCollation("C");
        builder.Property(c => c.Locale).HasMaxLength(16);
        builder.HasIndex(c => new { c.AddressKey, c.Id });
    }
}

internal sealed class PasswordTriesMapping : IEntityTypeConfiguration<PasswordTries>
{
    public void Configure(EntityTypeBuilder<PasswordTries> builder)
    {
        builder.ToTable("password_tries");
        builder.HasKey(t => t.AddressKey);
        builder.Property(t => t.AddressKey).HasMaxLength(254).UseCollation("C");
    }
}

internal sealed class UserClaimMapping : IEntityTypeConfiguration<IdentityUserClaim<Guid>>
{
    public void Configure(EntityTypeBuilder<IdentityUserClaim<Guid>> builder) => builder.ToTable("account_claims");
}

internal sealed class UserLoginMapping : IEntityTypeConfiguration<IdentityUserLogin<Guid>>
{
    public void Configure(EntityTypeBuilder<IdentityUserLogin<Guid>> builder) => builder.ToTable("account_logins");
}

internal sealed class UserTokenMapping : IEntityTypeConfiguration<IdentityUserToken<Guid>>
{
    public void Configure(EntityTypeBuilder<IdentityUserToken<Guid>> builder) => builder.ToTable("account_secrets");
}

internal sealed class UserPasskeyMapping : IEntityTypeConfiguration<IdentityUserPasskey<Guid>>
{
    public void Configure(EntityTypeBuilder<IdentityUserPasskey<Guid>> builder) => builder.ToTable("account_passkeys");
}

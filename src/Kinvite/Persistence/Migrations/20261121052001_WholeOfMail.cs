using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Kinvite.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class WholeOfMail : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "provider_id",
                table: "outbox",
                type: "character varying(100)",
                maxLength: 100,
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "warned_of",
                table: "members",
                type: "timestamptz",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "accepted_gained",
                table: "invitations",
                type: "boolean",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "erased_at",
                table: "invitations",
                type: "timestamptz",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "next_step_at",
                table: "invitations",
                type: "timestamptz",
                nullable: true);

            migrationBuilder.AddColumn<short>(
                name: "reminders",
                table: "invitations",
                type: "smallint",
                nullable: false,
                defaultValue: (short)0);

            migrationBuilder.AddColumn<Guid>(
                name: "account_id",
                table: "codes",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "muted_mails",
                table: "accounts",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<Guid>(
                name: "invitation_id",
                table: "account_addresses",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "removed_at",
                table: "account_addresses",
                type: "timestamptz",
                nullable: true);

            // What is there already is looked after too: the end of the open ones, the erasure of the others.
            migrationBuilder.Sql("UPDATE invitations SET next_step_at = CASE WHEN status IN (1, 6) THEN expires_at ELSE ended_at END");

            migrationBuilder.CreateTable(
                name: "idempotency_keys",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "bytea", nullable: false),
                    body_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    status = table.Column<short>(type: "smallint", nullable: true),
                    made = table.Column<List<Guid>>(type: "uuid[]", nullable: false),
                    outcomes = table.Column<string>(type: "jsonb", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamptz", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_idempotency_keys", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "password_tries",
                columns: table => new
                {
                    address_key = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: false, collation: "C"),
                    failures = table.Column<int>(type: "integer", nullable: false),
                    locked_until = table.Column<DateTimeOffset>(type: "timestamptz", nullable: true),
                    last_at = table.Column<DateTimeOffset>(type: "timestamptz", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_password_tries", x => x.address_key);
                });

            migrationBuilder.CreateTable(
                name: "request_blocks",
                columns: table => new
                {
                    family_id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamptz", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_request_blocks", x => new { x.family_id, x.account_id });
                    table.ForeignKey(
                        name: "fk_request_blocks_accounts_account_id",
                        column: x => x.account_id,
                        principalTable: "accounts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_request_blocks_families_family_id",
                        column: x => x.family_id,
                        principalTable: "families",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_outbox_provider_id",
                table: "outbox",
                column: "provider_id",
                filter: "provider_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_members_access_until",
                table: "members",
                column: "access_until",
                filter: "access_until IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_members_profile",
                table: "members",
                column: "id",
                filter: "account_id IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_invitations_next_step",
                table: "invitations",
                column: "next_step_at",
                filter: "next_step_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_invitations_open_profile",
                table: "invitations",
                columns: new[] { "family_id", "member_id" },
                unique: true,
                filter: "status IN (1, 6) AND member_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_account_addresses_key",
                table: "account_addresses",
                column: "key",
                filter: "removed_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_idempotency_keys_created_at",
                table: "idempotency_keys",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "ix_request_blocks_account_id",
                table: "request_blocks",
                column: "account_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "idempotency_keys");

            migrationBuilder.DropTable(
                name: "password_tries");

            migrationBuilder.DropTable(
                name: "request_blocks");

            migrationBuilder.DropIndex(
                name: "ix_outbox_provider_id",
                table: "outbox");

            migrationBuilder.DropIndex(
                name: "ix_members_access_until",
                table: "members");

            migrationBuilder.DropIndex(
                name: "ix_members_profile",
                table: "members");

            migrationBuilder.DropIndex(
                name: "ix_invitations_next_step",
                table: "invitations");

            migrationBuilder.DropIndex(
                name: "ix_invitations_open_profile",
                table: "invitations");

            migrationBuilder.DropIndex(
                name: "ix_account_addresses_key",
                table: "account_addresses");

            migrationBuilder.DropColumn(
                name: "provider_id",
                table: "outbox");

            migrationBuilder.DropColumn(
                name: "warned_of",
                table: "members");

            migrationBuilder.DropColumn(
                name: "accepted_gained",
                table: "invitations");

            migrationBuilder.DropColumn(
                name: "erased_at",
                table: "invitations");

            migrationBuilder.DropColumn(
                name: "next_step_at",
                table: "invitations");

            migrationBuilder.DropColumn(
                name: "reminders",
                table: "invitations");

            migrationBuilder.DropColumn(
                name: "account_id",
                table: "codes");

            migrationBuilder.DropColumn(
                name: "muted_mails",
                table: "accounts");

            migrationBuilder.DropColumn(
                name: "invitation_id",
                table: "account_addresses");

            migrationBuilder.DropColumn(
                name: "removed_at",
                table: "account_addresses");
        }
    }
}

using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Kinvite.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class AllSeeds : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_invitations_open_address",
                table: "invitations");

            migrationBuilder.AlterColumn<Guid>(
                name: "account_id",
                table: "sessions",
                type: "uuid",
                nullable: true,
                oldClrType: typeof(Guid),
                oldType: "uuid");

            migrationBuilder.AddColumn<Guid>(
                name: "device_id",
                table: "sessions",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "family_id",
                table: "sessions",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "member_id",
                table: "sessions",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "pin_locked_until",
                table: "members",
                type: "timestamptz",
                nullable: true);

            migrationBuilder.AddColumn<short>(
                name: "pin_tries",
                table: "members",
                type: "smallint",
                nullable: false,
                defaultValue: (short)0);

            migrationBuilder.AddColumn<Guid>(
                name: "given_by",
                table: "member_children",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "since",
                table: "member_children",
                type: "timestamptz",
                nullable: false,
                defaultValueSql: "now()");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "until",
                table: "member_children",
                type: "timestamptz",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "warned_of",
                table: "member_children",
                type: "timestamptz",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "link_id",
                table: "access_requests",
                type: "uuid",
                nullable: true);

            // Whoever sees some children has seen them since they came.
            migrationBuilder.Sql("UPDATE member_children c SET since = m.joined_at, given_by = m.invited_by FROM members m WHERE m.family_id = c.family_id AND m.id = c.member_id");

            migrationBuilder.CreateTable(
                name: "demand",
                columns: table => new
                {
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    feature = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    family_id = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamptz", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_demand", x => new { x.account_id, x.feature, x.day });
                    table.ForeignKey(
                        name: "fk_demand_accounts_account_id",
                        column: x => x.account_id,
                        principalTable: "accounts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_demand_families_family_id",
                        column: x => x.family_id,
                        principalTable: "families",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "devices",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    family_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    secret_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    added_by = table.Column<Guid>(type: "uuid", nullable: false),
                    added_by_name = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamptz", nullable: false),
                    last_seen_at = table.Column<DateTimeOffset>(type: "timestamptz", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_devices", x => x.id);
                    table.ForeignKey(
                        name: "fk_devices_families_family_id",
                        column: x => x.family_id,
                        principalTable: "families",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "invite_links",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    family_id = table.Column<Guid>(type: "uuid", nullable: false),
                    status = table.Column<short>(type: "smallint", nullable: false),
                    role = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    permission = table.Column<short>(type: "smallint", nullable: false),
                    require_login = table.Column<bool>(type: "boolean", nullable: false),
                    require_approval = table.Column<bool>(type: "boolean", nullable: false),
                    uses = table.Column<int>(type: "integer", nullable: false),
                    max_uses = table.Column<int>(type: "integer", nullable: true),
                    allowed_domains = table.Column<string[]>(type: "text[]", nullable: false),
                    created_by = table.Column<Guid>(type: "uuid", nullable: false),
                    created_by_name = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamptz", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamptz", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamptz", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_invite_links", x => x.id);
                    table.UniqueConstraint("ak_invite_links_family_id_id", x => new { x.family_id, x.id });
                    table.ForeignKey(
                        name: "fk_invite_links_families_family_id",
                        column: x => x.family_id,
                        principalTable: "families",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "point_entries",
                columns: table => new
                {
                    family_id = table.Column<Guid>(type: "uuid", nullable: false),
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    member_id = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamptz", nullable: false),
                    delta = table.Column<int>(type: "integer", nullable: false),
                    total = table.Column<int>(type: "integer", nullable: false),
                    reason = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    by = table.Column<Guid>(type: "uuid", nullable: false),
                    by_name = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_point_entries", x => new { x.family_id, x.member_id, x.id });
                    table.ForeignKey(
                        name: "fk_point_entries_members_family_id_member_id",
                        columns: x => new { x.family_id, x.member_id },
                        principalTable: "members",
                        principalColumns: new[] { "family_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "text_outages",
                columns: table => new
                {
                    id = table.Column<short>(type: "smallint", nullable: false),
                    code = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    since = table.Column<DateTimeOffset>(type: "timestamptz", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_text_outages", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "text_stops",
                columns: table => new
                {
                    address_key = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: false, collation: "C"),
                    at = table.Column<DateTimeOffset>(type: "timestamptz", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_text_stops", x => x.address_key);
                });

            migrationBuilder.CreateIndex(
                name: "ix_sessions_device_id",
                table: "sessions",
                column: "device_id",
                filter: "device_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_sessions_member",
                table: "sessions",
                columns: new[] { "family_id", "member_id" },
                filter: "member_id IS NOT NULL");

            migrationBuilder.AddCheckConstraint(
                name: "ck_sessions_whose",
                table: "sessions",
                sql: "(account_id IS NULL) = (member_id IS NOT NULL AND family_id IS NOT NULL AND device_id IS NOT NULL)");

            migrationBuilder.CreateIndex(
                name: "ix_member_children_until",
                table: "member_children",
                column: "until",
                filter: "until IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_invitations_open_address",
                table: "invitations",
                columns: new[] { "address_key", "family_id" },
                filter: "status IN (1, 6) AND address_key IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_invitations_open_family_address",
                table: "invitations",
                columns: new[] { "address_key", "family_id" },
                unique: true,
                filter: "status IN (1, 6) AND address_key IS NOT NULL AND whole_family");

            migrationBuilder.CreateIndex(
                name: "ix_access_requests_link",
                table: "access_requests",
                columns: new[] { "family_id", "link_id" },
                filter: "link_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_demand_family_id",
                table: "demand",
                column: "family_id");

            migrationBuilder.CreateIndex(
                name: "ix_devices_family_id",
                table: "devices",
                column: "family_id");

            migrationBuilder.CreateIndex(
                name: "ix_invite_links_active",
                table: "invite_links",
                column: "family_id",
                unique: true,
                filter: "status = 1");

            migrationBuilder.AddForeignKey(
                name: "fk_access_requests_invite_links_family_id_link_id",
                table: "access_requests",
                columns: new[] { "family_id", "link_id" },
                principalTable: "invite_links",
                principalColumns: new[] { "family_id", "id" },
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "fk_sessions_devices_device_id",
                table: "sessions",
                column: "device_id",
                principalTable: "devices",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "fk_sessions_members_family_id_member_id",
                table: "sessions",
                columns: new[] { "family_id", "member_id" },
                principalTable: "members",
                principalColumns: new[] { "family_id", "id" },
                onDelete: ReferentialAction.Cascade);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_access_requests_invite_links_family_id_link_id",
                table: "access_requests");

            migrationBuilder.DropForeignKey(
                name: "fk_sessions_devices_device_id",
                table: "sessions");

            migrationBuilder.DropForeignKey(
                name: "fk_sessions_members_family_id_member_id",
                table: "sessions");

            migrationBuilder.DropTable(
                name: "demand");

            migrationBuilder.DropTable(
                name: "devices");

            migrationBuilder.DropTable(
                name: "invite_links");

            migrationBuilder.DropTable(
                name: "point_entries");

            migrationBuilder.DropTable(
                name: "text_outages");

            migrationBuilder.DropTable(
                name: "text_stops");

            migrationBuilder.DropIndex(
                name: "ix_sessions_device_id",
                table: "sessions");

            migrationBuilder.DropIndex(
                name: "ix_sessions_member",
                table: "sessions");

            migrationBuilder.DropCheckConstraint(
                name: "ck_sessions_whose",
                table: "sessions");

            migrationBuilder.DropIndex(
                name: "ix_member_children_until",
                table: "member_children");

            migrationBuilder.DropIndex(
                name: "ix_invitations_open_address",
                table: "invitations");

            migrationBuilder.DropIndex(
                name: "ix_invitations_open_family_address",
                table: "invitations");

            migrationBuilder.DropIndex(
                name: "ix_access_requests_link",
                table: "access_requests");

            migrationBuilder.DropColumn(
                name: "device_id",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "family_id",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "member_id",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "pin_locked_until",
                table: "members");

            migrationBuilder.DropColumn(
                name: "pin_tries",
                table: "members");

            migrationBuilder.DropColumn(
                name: "given_by",
                table: "member_children");

            migrationBuilder.DropColumn(
                name: "since",
                table: "member_children");

            migrationBuilder.DropColumn(
                name: "until",
                table: "member_children");

            migrationBuilder.DropColumn(
                name: "warned_of",
                table: "member_children");

            migrationBuilder.DropColumn(
                name: "link_id",
                table: "access_requests");

            migrationBuilder.AlterColumn<Guid>(
                name: "account_id",
                table: "sessions",
                type: "uuid",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"),
                oldClrType: typeof(Guid),
                oldType: "uuid",
                oldNullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_invitations_open_address",
                table: "invitations",
                columns: new[] { "address_key", "family_id" },
                unique: true,
                filter: "status IN (1, 6) AND address_key IS NOT NULL");
        }
    }
}

using Kinvite.Http;
using Kinvite.Kinds;
using QRCoder;

namespace Kinvite.Invitations;

/// <summary>A copy of an invitation's link on a page of its own, for those who may hand it over. No list has it.</summary>
internal sealed class ShowInvitationLink(GetInvite get, CopyLink copy)
{
    public async Task<Result<InvitationLinkView>> HandleAsync(Guid familyId, Guid id, CancellationToken ct)
    {
        var found = await get.HandleAsync(familyId, id, ct);
        if (found.Refused(out var problem))
        {
            return problem;
        }

        var link = await copy.HandleAsync(familyId, id, ct);
        if (link.Refused(out problem))
        {
            return problem;
        }

        var invite = found.Value;
        return new InvitationLinkView
        {
            FamilyId = familyId,
            Who = invite.Name ?? invite.Email ?? invite.Phone,
            Url = link.Value.Url,
            ExpiresAt = invite.ExpiresAt,
            IsBound = invite.Binding != Binding.Bearer,
            Code = QrPath.Of(link.Value.Url),
        };
    }
}

/// <summary>A square code as one SVG path: a fifth of the size that a rectangle for each module would have.</summary>
/// <param name="Size">Modules in a row, with the quiet zone of 4 around (ISO/IEC 18004).</param>
/// <param name="Path">The dark modules, run by run.</param>
public sealed record QrPath(int Size, string Path)
{
    internal static QrPath Of(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var rows = data.ModuleMatrix;
        var path = new System.Text.StringBuilder();
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < rows.Count; x++)
            {
                if (!rows[y][x])
                {
                    continue;
                }

                var start = x;
                while (x < rows.Count && rows[y][x])
                {
                    x++;
                }

                path.Append(System.Globalization.CultureInfo.InvariantCulture, $"M{start} {y}h{x - start}v1h-{x - start}z");
            }
        }

        return new(rows.Count, path.ToString());
    }
}

using Kinvite.Hosting;
using Microsoft.Extensions.Options;

namespace Kinvite.Delivery.Letters;

/// <summary>Addresses of this server for mails: always made from PublicUrl, never from a request (host-header attacks end here).</summary>
internal sealed class PublicLinks(IOptions<KinviteOptions> options)
{
    private Uri Root => options.Value.PublicUrl ?? throw new InvalidOperationException("Kinvite__PublicUrl is missing.");

    /// <summary>Shown to people: <c>family.example.org</c>.</summary>
    public string Host => Root.IsDefaultPort ? Root.Host : $"{Root.Host}:{Root.Port}";

    public string To(string path) => new Uri(Root, path).AbsoluteUri;
}

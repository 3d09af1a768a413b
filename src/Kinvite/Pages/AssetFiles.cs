using System.Collections.Frozen;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Kinvite.Pages;

/// <summary>The pages' style, scripts and pictures: inside the assembly, addressed by what is in them, so a browser asks for each once.</summary>
internal static class AssetFiles
{
    private const string Prefix = "Kinvite.Assets.";

    private static readonly FrozenDictionary<string, Asset> ByName = Load().ToFrozenDictionary(a => a.Name, StringComparer.Ordinal);
    private static readonly FrozenDictionary<string, Asset> ByFile = ByName.Values.ToFrozenDictionary(a => a.File, StringComparer.Ordinal);

    /// <summary>The address of <c>wwwroot/{name}</c>; it changes with the content.</summary>
    public static string Url(string name) =>
        ByName.TryGetValue(name, out var asset) ? $"/assets/{asset.File}" : throw new ArgumentException($"There is no wwwroot/{name}.", nameof(name));

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/assets/{file}", Send).ExcludeFromDescription().ShortCircuit();

    private static IResult Send(string file, HttpRequest request, HttpResponse response)
    {
        if (!ByFile.TryGetValue(file, out var asset))
        {
            return TypedResults.NotFound();
        }

        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        response.Headers.Vary = "Accept-Encoding";
        if (request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal))
        {
            response.Headers.ContentEncoding = "br";
            return TypedResults.Bytes(asset.Brotli, asset.ContentType);
        }

        return TypedResults.Bytes(asset.Bytes, asset.ContentType);
    }

    private static IEnumerable<Asset> Load()
    {
        var assembly = typeof(AssetFiles).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            yield return Asset.Of(resource[Prefix.Length..], bytes.ToArray());
        }
    }

    private sealed record Asset(string Name, string File, string ContentType, byte[] Bytes, byte[] Brotli)
    {
        public static Asset Of(string name, byte[] bytes)
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 6));
            var extension = Path.GetExtension(name);
            return new(name, string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(name)}.{hash}{extension}"), ContentTypeOf(extension), bytes, Press(bytes));
        }

        private static string ContentTypeOf(string extension) => extension switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => throw new InvalidOperationException($"No content type is known for wwwroot/*{extension}."),
        };

        private static byte[] Press(byte[] bytes)
        {
            using var pressed = new MemoryStream();
            using (var brotli = new BrotliStream(pressed, CompressionLevel.Optimal))
            {
                brotli.Write(bytes);
            }

            return pressed.ToArray();
        }
    }
}

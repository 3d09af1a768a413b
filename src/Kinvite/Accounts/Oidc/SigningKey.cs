using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Kinvite.Accounts.Oidc;

/// <summary>A public key of a provider (RFC 7517), for RS256 or ES256 (RFC 7518 §3.1): the two that providers use.</summary>
internal sealed record SigningKey(string? Id, string Algorithm, RSAParameters? Rsa, ECParameters? Ec)
{
    /// <summary>Bits below which an RSA key is none (RFC 7518 §3.3).</summary>
    private const int LeastRsaBits = 2048;

    /// <summary>Those that can sign; what is for other uses or of other sorts is passed over.</summary>
    public static IReadOnlyList<SigningKey> ReadAll(JsonElement set) => [.. set.GetProperty("keys").EnumerateArray().Select(Read).OfType<SigningKey>()];

    /// <summary>Whether this key signed these bytes.</summary>
    public bool Signed(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (Rsa is { } modulus)
        {
            using var rsa = RSA.Create(modulus);
            return rsa.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }

        using var ecdsa = ECDsa.Create(Ec!.Value);
        return ecdsa.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static SigningKey? Read(JsonElement key)
    {
        string? Member(string name) => key.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

        if (Member("use") is { } use && use != "sig")
        {
            return null;
        }

        try
        {
            switch (Member("kty"), Member("alg"))
            {
                case ("RSA", null or "RS256"):
                    var rsa = new RSAParameters { Modulus = Bytes(Member("n")), Exponent = Bytes(Member("e")) };
                    return rsa.Modulus!.Length * 8 >= LeastRsaBits ? new(Member("kid"), "RS256", rsa, Ec: null) : null;
                case ("EC", null or "ES256") when Member("crv") == "P-256":
                    var ec = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new() { X = Bytes(Member("x")), Y = Bytes(Member("y")) } };
                    ec.Validate();
                    return new(Member("kid"), "ES256", Rsa: null, ec);
                default:
                    return null;
            }
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return null;
        }
    }

    private static byte[] Bytes(string? text) => Base64Url.DecodeFromChars(text ?? throw new FormatException("A part of the key is missing."));
}

using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Kinvite.Server.Tests.Accounts;

/// <summary>A device's passkey in software (WebAuthn Level 3, ES256), which can also lie.</summary>
internal sealed class SoftPasskey : IDisposable
{
    public const string Origin = "http://localhost:5080";
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public byte[] Id { get; } = RandomNumberGenerator.GetBytes(24);

    public string UserHandle { get; set; } = "";

    public uint Counter { get; set; }

    /// <summary>The answer to a question for a new one.</summary>
    public string Create(string question)
    {
        var asked = JsonDocument.Parse(question).RootElement;
        UserHandle = asked.GetProperty("user").GetProperty("id").GetString()!;
        var point = key.ExportParameters(false).Q;
        byte[] cose = [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!];
        byte[] data = [.. Data("localhost", 0x45, ++Counter), .. new byte[16], 0, (byte)Id.Length, .. Id, .. cose];
        byte[] attestation = [0xA3, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x67, .. "attStmt"u8, 0xA0, 0x68, .. "authData"u8, 0x58, (byte)data.Length, .. data];
        return JsonSerializer.Serialize(new
        {
            id = Base64Url.EncodeToString(Id),
            rawId = Base64Url.EncodeToString(Id),
            type = "public-key",
            clientExtensionResults = new { },
            response = new
            {
                clientDataJSON = Base64Url.EncodeToString(Client("webauthn.create", asked.GetProperty("challenge").GetString()!, Origin, crossOrigin: false)),
                attestationObject = Base64Url.EncodeToString(attestation),
                transports = (string[])["internal"],
            },
        });
    }

    /// <summary>The answer to a question for this one, with lies where they are asked for.</summary>
    public string Answer(string question, Lie lie = Lie.None)
    {
        var challenge = JsonDocument.Parse(question).RootElement.GetProperty("challenge").GetString()!;
        if (lie == Lie.LowerCounter)
        {
            Counter -= 2;
        }

        var client = Client(
            lie == Lie.OtherType ? "webauthn.create" : "webauthn.get",
            lie == Lie.OtherChallenge ? Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)) : challenge,
            lie == Lie.OtherOrigin ? "http://elsewhere.example" : lie == Lie.OtherPort ? "http://localhost:5081" : Origin,
            lie == Lie.CrossOrigin);
        var data = Data(
            lie == Lie.OtherServer ? "elsewhere.example" : "localhost",
            lie switch { Lie.NotVerified => 0x01, Lie.NotPresent => 0x04, _ => 0x05 },
            ++Counter);
        var signature = key.SignData([.. data, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        if (lie == Lie.OtherSignature)
        {
            using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            signature = other.SignData([.. data, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }

        return JsonSerializer.Serialize(new
        {
            id = Base64Url.EncodeToString(Id),
            rawId = Base64Url.EncodeToString(Id),
            type = "public-key",
            clientExtensionResults = new { },
            response = new
            {
                clientDataJSON = Base64Url.EncodeToString(client),
                authenticatorData = Base64Url.EncodeToString(data),
                signature = Base64Url.EncodeToString(signature),
                userHandle = UserHandle,
            },
        });
    }

    public void Dispose() => key.Dispose();

    private static byte[] Client(string type, string challenge, string origin, bool crossOrigin) =>
        Encoding.UTF8.GetBytes($$"""{"type":"{{type}}","challenge":"{{challenge}}","origin":"{{origin}}","crossOrigin":{{(crossOrigin ? "true" : "false")}}}""");

    private static byte[] Data(string server, byte flags, uint counter)
    {
        var count = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(count, counter);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(server)), flags, .. count];
    }
}

/// <summary>What a forged answer gets wrong.</summary>
public enum Lie
{
    None,
    OtherChallenge,
    OtherOrigin,
    OtherPort,
    CrossOrigin,
    OtherServer,
    OtherType,
    NotVerified,
    NotPresent,
    LowerCounter,
    OtherSignature,
}

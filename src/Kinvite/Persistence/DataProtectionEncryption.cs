using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Kinvite.Links;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace Kinvite.Persistence;

/// <summary>Encrypts a ring key with AES-256-GCM under a key derived from the master key: nonce (12) ‖ tag (16) ‖ ciphertext.</summary>
internal sealed class MasterKeyXmlEncryptor(MasterKeys masters) : IXmlEncryptor
{
    private const string Element = "masterKeyEncrypted";
    private const string Label = "kinvite/data-protection";
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var plain = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var sealedBytes = new byte[NonceBytes + TagBytes + plain.Length];
        var nonce = sealedBytes.AsSpan(0, NonceBytes);
        var tag = sealedBytes.AsSpan(NonceBytes, TagBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(masters.Current.Derive(Label), TagBytes);
        aes.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceBytes + TagBytes), tag);
        CryptographicOperations.ZeroMemory(plain);
        var element = new XElement(Element, new XAttribute("master", masters.Current.Fingerprint), Convert.ToBase64String(sealedBytes));
        return new EncryptedXmlInfo(element, typeof(MasterKeyXmlDecryptor));
    }

    /// <summary>Which master key a ring key is encrypted with; null when it is not one of these.</summary>
    public static string? FingerprintOf(XElement key) => key.DescendantsAndSelf(Element).FirstOrDefault()?.Attribute("master")?.Value;

    internal static XElement Decrypt(MasterKeys masters, XElement encrypted)
    {
        var master = masters.Find(FingerprintOf(encrypted) ?? "") ?? throw new CryptographicException(
            "A Data Protection key was encrypted with another master key: give that one as Kinvite__MasterKeyPrevious, or ignore this after 90 days.");
        var sealedBytes = Convert.FromBase64String(encrypted.Value);
        var cipher = sealedBytes.AsSpan(NonceBytes + TagBytes);
        var plain = new byte[cipher.Length];
        using var aes = new AesGcm(master.Derive(Label), TagBytes);
        aes.Decrypt(sealedBytes.AsSpan(0, NonceBytes), cipher, sealedBytes.AsSpan(NonceBytes, TagBytes), plain);
        return XElement.Parse(Encoding.UTF8.GetString(plain));
    }
}

/// <summary>Undoes <see cref="MasterKeyXmlEncryptor"/>; the framework makes it by its name, with this constructor.</summary>
internal sealed class MasterKeyXmlDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement) =>
        MasterKeyXmlEncryptor.Decrypt(services.GetRequiredService<MasterKeys>(), encryptedElement);
}

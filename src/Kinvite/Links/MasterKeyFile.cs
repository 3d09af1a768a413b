using System.Security.Cryptography;
using Kinvite.Hosting;

namespace Kinvite.Links;

/// <summary>
/// Where the master key comes from: the option, or <c>master.key</c> in the data directory, which is made at the first start.
/// </summary>
internal static class MasterKeyFile
{
    public const string Name = "master.key";

    /// <summary>Reads the key, or makes the file.</summary>
    /// <param name="options">With the data directory already resolved.</param>
    /// <param name="required">Production with a connection string: a key in one server's directory would lock the others out.</param>
    /// <exception cref="StartRefusedException">There is no usable key; says the remedy.</exception>
    public static MasterKeys Load(KinviteOptions options, bool required)
    {
        var previous = string.IsNullOrWhiteSpace(options.MasterKeyPrevious) ? null : Parse(options.MasterKeyPrevious, "Kinvite__MasterKeyPrevious");
        if (!string.IsNullOrWhiteSpace(options.MasterKey))
        {
            return new(Parse(options.MasterKey, "Kinvite__MasterKey"), previous);
        }

        return required
            ? throw new StartRefusedException(
                "Kinvite__MasterKey is missing: set it to 32 random bytes in base64 (openssl rand -base64 32), the same on every server of this database, and keep a copy apart from the backups.")
            : new(FromFile(Path.Combine(options.DataDirectory!, Name)), previous);
    }

    private static MasterKey Parse(string text, string where)
    {
        var bytes = new byte[MasterKey.Size + 1];
        return Convert.TryFromBase64String(text.Trim(), bytes, out var written) && written == MasterKey.Size
            ? new MasterKey(bytes[..MasterKey.Size])
            : throw new StartRefusedException($"{where} must be exactly 32 bytes in base64: make one with openssl rand -base64 32, or put the right one back.");
    }

    private static MasterKey FromFile(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                Create(path);
            }

            var bytes = File.ReadAllBytes(path);
            return bytes.Length == MasterKey.Size
                ? new MasterKey(bytes)
                : throw new StartRefusedException(
                    $"{path} holds {bytes.Length} bytes instead of 32: put the right file back; without it the links and sign-ins made so far are lost.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"{path} cannot be read or made ({e.Message}): give the server's user a data directory of its own, or set Kinvite__MasterKey.");
        }
    }

    // Written beside and moved into place without overwriting, so that a second server or a kill never leaves half a key.
    private static void Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var draft = $"{path}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
        var file = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            file.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(draft, file))
        {
            stream.Write(RandomNumberGenerator.GetBytes(MasterKey.Size));
            stream.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
        }
    }
}

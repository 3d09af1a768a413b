namespace Kinvite.Http;

/// <summary>Done.</summary>
/// <param name="Ok">Always true; a refusal is a problem.</param>
public sealed record OkResponse(bool Ok)
{
    internal static readonly OkResponse Yes = new(true);
}

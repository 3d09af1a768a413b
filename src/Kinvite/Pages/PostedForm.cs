using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Primitives;

namespace Kinvite.Pages;

/// <summary>
/// What a form of ours sent. The endpoint itself looks at <see cref="IsGenuine"/> first: with a token that is missing or too old it changes nothing
/// and shows the page again, with what was typed (CSRF; OWASP ASVS 5.0, 3.5).
/// </summary>
internal sealed class PostedForm
{
    private readonly IFormCollection values;

    private PostedForm(IFormCollection values, bool isGenuine) => (this.values, IsGenuine) = (values, isGenuine);

    /// <summary>It comes from a page of ours that was made for this session.</summary>
    public bool IsGenuine { get; }

    /// <summary>A field as typed, or null when it was not sent.</summary>
    public string? this[string field] => values.TryGetValue(field, out var typed) && !StringValues.IsNullOrEmpty(typed) ? typed[0] : null;

    /// <summary>A field with nothing but spaces counts as left out.</summary>
    public string? Filled(string field) => string.IsNullOrWhiteSpace(this[field]) ? null : this[field];

    /// <summary>A ticked box.</summary>
    public bool Ticked(string field) => this[field] == "true";

    /// <summary>The ids among what was chosen.</summary>
    public IReadOnlyList<Guid> Ids(string field) =>
        [.. values[field].Select(v => Guid.TryParseExact(v, "D", out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty).Distinct()];

    /// <summary>The one id that was chosen; the empty one, which nothing has, when there is none.</summary>
    public Guid Id(string field) => Ids(field) is [var chosen, ..] ? chosen : Guid.Empty;

    /// <summary>An uploaded file, as large as a body may be; null when none was sent.</summary>
    public async Task<byte[]?> FileAsync(string field, CancellationToken ct)
    {
        if (values.Files.GetFile(field) is not { } file)
        {
            return null;
        }

        using var bytes = new MemoryStream((int)file.Length);
        await file.CopyToAsync(bytes, ct);
        return bytes.ToArray();
    }

    public static async ValueTask<PostedForm> BindAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
        {
            return new(FormCollection.Empty, isGenuine: false);
        }

        var posted = await context.Request.ReadFormAsync(context.RequestAborted);
        return new(posted, await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context));
    }
}

using Kinvite.Delivery.Letters;
using Kinvite.Delivery.Reports;
using Kinvite.Hosting;
using Kinvite.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Kinvite.Delivery.Texts;

/// <summary>A call by Twilio whose signature is right; whatever is wrong with it, the answer is the same.</summary>
internal sealed class TwilioHook(IOptions<KinviteOptions> options, PublicLinks links)
{
    /// <summary>A text and its particulars: a few kB.</summary>
    private const int LongestBody = 64 * 1024;

    /// <summary>The fields of the form.</summary>
    public async Task<Result<Dictionary<string, StringValues>>> OpenAsync(HttpContext http, CancellationToken ct)
    {
        if (options.Value.Twilio is not { AccountSid: { Length: > 0 } account, AuthToken: { Length: > 0 } token })
        {
            return HookProblems.Unsigned;
        }

        if (await RawBody.ReadAsync(http.Request, LongestBody, ct) is not { } body)
        {
            return FaultHandler.TooLarge;
        }

        var called = new Uri(links.To(http.Request.Path + http.Request.QueryString.ToUriComponent()));
        // Signed by the token of our account and said by it: a token is of one account alone, but costs nothing to compare.
        var fields = TwilioSignature.Open(token, called, body, http.Request.Headers["X-Twilio-Signature"]);
        return fields is not null && fields.GetValueOrDefault("AccountSid") == account ? fields : HookProblems.Unsigned;
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Kinvite.Harness;

/// <summary>Somebody at their own device: an HTTP client, signed in or not, that follows no redirects by itself.</summary>
public sealed class Person : IDisposable
{
    private readonly DevelopmentMailbox mailbox;

    public Person(Uri server, DevelopmentMailbox mailbox)
    {
        this.mailbox = mailbox;
        Client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = true, CookieContainer = Cookies }) { BaseAddress = server, Timeout = TimeSpan.FromSeconds(60) };
    }

    public HttpClient Client { get; }

    public CookieContainer Cookies { get; } = new();

    public string Email { get; private set; } = "";

    public Guid AccountId { get; private set; }

    public string RefreshToken { get; private set; } = "";

    /// <summary>Asks for a code, reads it from the mailbox, and carries the access token from then on.</summary>
    public async Task SignInAsync(string email, string? displayName = null)
    {
        var seen = mailbox.To(email).Count;
        using var asked = await Client.PostAsJsonAsync("/api/auth/codes", new { email });
        Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
        var code = DevelopmentMailbox.CodeIn(await mailbox.WaitForAsync(email, seen));
        object body = displayName is null ? new { email, code } : new { email, code, displayName };
        var tokens = await PostAsync("/api/auth/codes/verify", body, HttpStatusCode.OK);
        Email = email;
        Take(tokens);
    }

    /// <summary>Carries tokens from an answer such as that of sign-in, accept as a guest, or refresh.</summary>
    public void Take(JsonElement tokens, string? email = null)
    {
        Email = email ?? Email;
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.GetProperty("accessToken").GetString());
        RefreshToken = tokens.TryGetProperty("refreshToken", out var refresh) ? refresh.GetString()! : RefreshToken;
        AccountId = tokens.TryGetProperty("accountId", out var account) ? account.GetGuid() : AccountId;
    }

    /// <summary>Answers with the body; a status other than the expected one fails the test and shows the body.</summary>
    public Task<JsonElement> GetAsync(string path, HttpStatusCode expected = HttpStatusCode.OK) => SendAsync(HttpMethod.Get, path, body: null, expected);

    public Task<JsonElement> PostAsync(string path, object? body, HttpStatusCode expected) => SendAsync(HttpMethod.Post, path, body, expected);

    public Task<JsonElement> PatchAsync(string path, object? body, HttpStatusCode expected = HttpStatusCode.OK) => SendAsync(HttpMethod.Patch, path, body, expected);

    public Task<JsonElement> PutAsync(string path, object? body, HttpStatusCode expected) => SendAsync(HttpMethod.Put, path, body, expected);

    public Task<JsonElement> DeleteAsync(string path, HttpStatusCode expected, object? body = null) => SendAsync(HttpMethod.Delete, path, body, expected);

    /// <summary>The raw answer, for headers and for bodies that are no JSON. A string is sent as it is, as JSON.</summary>
    public async Task<HttpResponseMessage> RequestAsync(HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body switch
        {
            null => null,
            string json => new StringContent(json, Encoding.UTF8, "application/json"),
            HttpContent content => content,
            _ => JsonContent.Create(body),
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Client.SendAsync(request);
    }

    public void Dispose() => Client.Dispose();

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body, HttpStatusCode expected)
    {
        using var response = await RequestAsync(method, path, body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{method} {path} answered {(int)response.StatusCode}, not {(int)expected}: {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement.Clone();
    }
}

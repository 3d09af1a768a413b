using Kinvite.Harness;

namespace Kinvite.Server.Tests.Accounts;

public sealed class SignInRefusalTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private KinviteApp App => shared.Server;

    [Theory]
    [InlineData("/api/auth/codes", """{"email":"not an address"}""", 400)]
    [InlineData("/api/auth/codes", "{}", 400)]
    [InlineData("/api/auth/codes", """{"email":"a@example.org","phone":"+4915112345678"}""", 400)]
    [InlineData("/api/auth/codes", """{"email":"a@example.org","more":1}""", 400)]
    [InlineData("/api/auth/codes", """{"phone":"+4915112345678"}""", 409)]
    [InlineData("/api/auth/codes/verify", """{"email":"a@example.org"}""", 400)]
    [InlineData("/api/auth/codes/verify", """{"email":"a@example.org","code":"123456","displayName":"see https://bad.example"}""", 400)]
    [InlineData("/api/auth/codes/verify", """{"email":"a@example.org","code":"123456"}""", 401)]
    [InlineData("/api/auth/codes/verify", """{"email":"a@example.org","code":"1234567890"}""", 401)]
    [InlineData("/api/auth/refresh", "{}", 400)]
    [InlineData("/api/auth/refresh", """{"refreshToken":"nothing of ours"}""", 401)]
    [InlineData("/api/auth/logout", "{}", 401)]
    public async Task What_cannot_be_served_is_refused(string path, string body, int status)
    {
        using var person = App.NewPerson();
        using var answer = await person.RequestAsync(HttpMethod.Post, path, body);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }
}

using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Kinvite.Hosting;

/// <summary>The server's command line: without a command it serves, with one it does that and ends.</summary>
public static class KinviteProgram
{
    /// <summary>Runs until stopped, or until the command is done.</summary>
    /// <param name="args">A command such as <c>rotate-keys</c> or <c>backup FILE</c>, or configuration such as <c>--urls http://…</c>.</param>
    /// <returns>0 when all went well; 1 when the server refuses to start, with a sentence on the error stream.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            var order = Commands.From(args);
            await using var app = KinviteServer.Build(order is null ? args : order.Configuration);
            if (order is not null)
            {
                return await Commands.RunAsync(order, app);
            }

            await app.RunAsync();
            return 0;
        }
        catch (Exception e) when (Refusal(e) is { } sentence)
        {
            await Console.Error.WriteLineAsync(sentence);
            return 1;
        }
    }

    /// <summary>What an operator can mend is a sentence; anything else is a bug of ours and shows itself whole.</summary>
    private static string? Refusal(Exception exception) => exception switch
    {
        StartRefusedException => exception.Message,
        IOException { InnerException: AddressInUseException } or SocketException =>
            $"The server cannot listen ({exception.Message.TrimEnd('.')}): stop what listens there, or choose another address with ASPNETCORE_URLS.",
        InvalidOperationException { InnerException: FormatException or ArgumentException or OverflowException } when exception.Message.Contains(KinviteOptions.Section + ":", StringComparison.Ordinal) =>
            $"{exception.Message.TrimEnd('.')}: correct that setting, or leave it out.",
        _ => null,
    };
}

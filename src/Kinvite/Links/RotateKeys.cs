namespace Kinvite.Links;

/// <summary>The command <c>rotate-keys</c>: new links get a new key, those made before stay good for 90 days.</summary>
internal sealed class RotateKeys(KeyEpochs epochs)
{
    /// <returns>The exit code: 0, or 1 when there were too many rotations.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var added = await epochs.AddAsync(KeyEpoch.Grace, ct);
        if (added.Refused(out var problem))
        {
            await Console.Error.WriteLineAsync($"{problem.Title}: {problem.Detail}");
            return 1;
        }

        await Console.Out.WriteLineAsync($"New links are made with epoch {added.Value.Number}; links made before work until {added.Value.CreatedAt + KeyEpoch.Grace:u}.");
        return 0;
    }
}

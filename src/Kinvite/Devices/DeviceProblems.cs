using Kinvite.Http;

namespace Kinvite.Devices;

/// <summary>What goes wrong at a shared tablet.</summary>
internal static class DeviceProblems
{
    public static readonly Problem PinWrong = new(401, "pin.wrong", "These are not the digits", "Try again, or ask somebody who looks after you.");

    public static readonly Problem TooMany = new(409, "device.too_many", "This family has enough tablets", "Remove one that is not used any more.");

    /// <summary>Too many wrong ones; nothing is compared until then.</summary>
    /// <param name="wait">Until when, or when asking again makes sense.</param>
    /// <param name="opensAlone">False: only somebody who looks after the child opens it.</param>
    public static Problem PinLocked(TimeSpan wait, bool opensAlone) => new(
        429, "pin.locked", "Too many wrong digits",
        opensAlone ? "Wait as long as Retry-After says, or ask somebody who looks after you to open it." : "Ask somebody who looks after you to open it.")
    { RetryAfter = wait };
}

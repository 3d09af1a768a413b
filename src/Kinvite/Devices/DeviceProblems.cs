using Kinvite.Http;
using Kinvite.Members;

namespace Kinvite.Devices;

/// <summary>What goes wrong at a shared tablet.</summary>
internal static class DeviceProblems
{
    public static readonly Problem PinWrong = new(401, "pin.wrong", "These are not the digits", "Try again, or ask somebody who looks after you.");

    public static readonly Problem TooMany = new(409, "device.too_many", "This family has enough tablets", "Remove one that is not used any more.");

    /// <summary>Ten wrong ones in a row: no time opens this.</summary>
    public static readonly Problem PinShut = PinLocked(PinRule.AskAgain) with { Detail = "Ask somebody who looks after you to open it." };

    /// <summary>Too many wrong ones; nothing is compared until then.</summary>
    public static Problem PinLocked(TimeSpan wait) => new(
        429, "pin.locked", "Too many wrong digits", "Wait as long as Retry-After says, or ask somebody who looks after you to open it.")
    { RetryAfter = wait };
}

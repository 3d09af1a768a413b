namespace Kinvite.Pages.Components;

/// <summary>How much a button asks for attention.</summary>
public enum ButtonKind
{
    /// <summary>The one thing that the page is for.</summary>
    Primary,

    /// <summary>Another way.</summary>
    Quiet,

    /// <summary>Something is lost by it.</summary>
    Danger,
}

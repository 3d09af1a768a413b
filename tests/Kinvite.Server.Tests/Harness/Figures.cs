namespace Kinvite.Harness;

/// <summary>What a test measured, kept in its output, where <c>./test</c> finds and shows it.</summary>
internal static class Figures
{
    public static void Say(string figure) => TestContext.Current.TestOutputHelper!.WriteLine("Figure: " + figure);
}

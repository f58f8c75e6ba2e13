using System.Text;
using Innate.Reports;
using Innate.Runs.Profiles;
using static System.FormattableString;

namespace Innate.Cli.Terminal;

/// <summary>What was found of profiles on a terminal.</summary>
internal static class ProfileView
{
    /// <summary>The findings.</summary>
    public static string Render(ProfileTestResult result)
    {
        StringBuilder text = new();
        text.Append(Invariant($"Do the profiles steer {result.Model}?\n\n"));
        text.Append(AlignedText.Of(
        [
            ["profile", "verdict", "agreement", "without the words", "pairs", "Kendall", "Spearman"],
            .. result.Profiles.Select(p => (string[])
            [
                p.Name, p.Verdict == SteeringVerdict.PreferredAnyway ? "does not steer" : p.Says.Split(':')[0], Of(p.Agreement),
                Of(p.Without), Invariant($"{p.Pairs}"), Of(p.Kendall), Of(p.Spearman),
            ]),
        ], "  "));
        text.Append("\n  Agreement on its own pairs, 95 % by prompts; Kendall, Spearman: the order with the words against that "
            + "without.\n");
        foreach (ProfileFinding p in result.Profiles.Where(p => p.Verdict != SteeringVerdict.Steers))
        {
            text.Append(Invariant($"  {p.Name} {p.Says}.\n"));
        }

        string[] names = [.. result.Profiles.Select(p => p.Name)];
        text.Append("\nOn the pairs of each profile (columns), under the words of each (rows)\n\n");
        text.Append(AlignedText.Of(
        [
            ["under the words of", .. names],
            .. result.Crosstalk.Select((row, i) => (string[])[names[i], .. row.Select(Of)]),
        ], "  "));
        text.Append("\nOther words for the same wish: Kendall with the order under its own\n\n");
        foreach (ProfileFinding p in result.Profiles)
        {
            foreach (WordingAgreement w in p.Paraphrases)
            {
                text.Append(Invariant($"  {p.Name}  {Of(w.Kendall)}  {w.Words}{(w.IsByRule ? "  (by a rule)" : "")}\n"));
            }
        }

        text.Append(Invariant($"\nA response that ends with \"{ProfileTestRun.CounterOrder.Trim()}\"\n\n"));
        foreach (ProfileFinding p in result.Profiles)
        {
            text.Append(Invariant($"  {p.Name}  moves by {Of(p.CounterOrder)} sd; "));
            text.Append(Invariant($"with a neutral sentence by {Of(p.Control)} sd\n"));
        }

        return text.ToString();
    }

    private static string Of(Share share) => double.IsNaN(share.Value) ? "-"
        : Invariant($"{share.Value:0.0%} [{100 * share.Low:0.0}, {100 * share.High:0.0}]");

    private static string Of(double value) => double.IsNaN(value) ? "-" : Invariant($"{value:0.00}");
}

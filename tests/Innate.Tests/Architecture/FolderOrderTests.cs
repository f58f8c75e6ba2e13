using System.Text.RegularExpressions;
using Innate.Tests.Support;

namespace Innate.Tests.Architecture;

/// <summary>
/// A folder of the library uses those above it in docs/architecture.md alone. A newcomer can then read the folders from the top,
/// and nothing that is read needs what comes later.
/// </summary>
public class FolderOrderTests
{
    private static readonly string[] Order = ReadOrder();

    [Fact]
    public void Every_arrow_points_up_the_table()
    {
        string[] wrong =
        [
            .. FolderArrows.Of(typeof(LanguageModel).Assembly)
                .Where(a => Place(a.Key.From) < Place(a.Key.To))
                .Select(a => $"{a.Key.From} uses {a.Key.To}, which stands below it: {a.Value}"),
        ];
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_table_names_the_folders_that_there_are()
    {
        string library = Path.Combine(Places.Repository, "src", "Innate");
        IEnumerable<string> folders = Directory.GetDirectories(library).Select(d => Path.GetFileName(d))
            .Where(d => Directory.EnumerateFiles(Path.Combine(library, d), "*.cs", SearchOption.AllDirectories).Any()
                && d is not ("bin" or "obj"));
        Assert.Equal(folders.Order(StringComparer.Ordinal), Order.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_arrow_within_a_body_is_seen()
    {
        // RewardModel.Load names ModelFolder in its body and in no signature.
        Dictionary<FolderArrow, string> arrows = FolderArrows.Of(typeof(LanguageModel).Assembly);
        Assert.Contains(new FolderArrow(FolderArrows.Root, "Checkpoints"), arrows.Keys);
        Assert.True(arrows.Count > 80, $"only {arrows.Count} arrows were read");
    }

    // The facades stand below all folders.
    private static int Place(string folder)
    {
        int at = Array.IndexOf(Order, folder);
        return folder == FolderArrows.Root ? Order.Length : at >= 0 ? at
            : throw new InvalidOperationException($"{folder} is not in the table.");
    }

    private static string[] ReadOrder() =>
    [
        .. File.ReadLines(Path.Combine(Places.Repository, "docs", "architecture.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => Regex.Matches(line.Split('|')[1], "`([A-Za-z]+)/`").Select(m => m.Groups[1].Value)),
    ];
}

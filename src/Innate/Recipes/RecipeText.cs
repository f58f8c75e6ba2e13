using System.Globalization;
using System.Text;
using Innate.Reinforcement;
using Innate.Reinforcement.Rewards;
using static System.FormattableString;

namespace Innate.Recipes;

/// <summary>A recipe in words.</summary>
public static class RecipeText
{
    private static readonly (RecipeNeeds Need, string Words)[] NeedWords =
    [
        (RecipeNeeds.Answers, "gold answers"), (RecipeNeeds.Hints, "hints"), (RecipeNeeds.Rephrasings, "rephrased questions"),
        (RecipeNeeds.Demonstrations, "demonstrations"), (RecipeNeeds.SecondModel, "a second model"),
        (RecipeNeeds.Critic, "a critic (its own)"), (RecipeNeeds.HeldOut, "held-out answers"),
        (RecipeNeeds.Judged, "judged responses"),
        (RecipeNeeds.Documents, "documents"),
        (RecipeNeeds.Constraints, "instructions with constraints"),
        (RecipeNeeds.World, "a world"),
    ];

    /// <summary>What a recipe needs, in words: "gold answers, hints"; "prompts alone" for nothing.</summary>
    public static string Needs(Recipe recipe)
    {
        string words = string.Join(", ", NeedWords.Where(n => recipe.Needs.HasFlag(n.Need)).Select(n => n.Words));
        return words.Length == 0 ? "prompts alone" : words;
    }

    /// <summary>Where it was read, in words.</summary>
    public static string Status(RecipeStatus status) => status switch
    {
        RecipeStatus.Code => "confirmed by code",
        RecipeStatus.Paper => "confirmed by paper",
        RecipeStatus.Secondary => "secondary sources",
        _ => "ours",
    };

    /// <summary>The table of all recipes: name, paper, what it needs, status.</summary>
    public static IReadOnlyList<string[]> Table(IEnumerable<Recipe> recipes) =>
    [
        ["recipe", "paper", "needs", "status"],
        .. recipes.Select(r => (string[])[r.Name, r.Paper, Needs(r), Status(r.Status)]),
    ];

    /// <summary>The defaults that decide what is learned, by name; the paper's size last, where it is known.</summary>
    public static IReadOnlyList<(string Name, string Value)> Defaults(Recipe recipe)
    {
        RlRecipe r = recipe.Learns;
        List<(string, string)> defaults =
        [
            ("rewards", string.Join(" + ", r.Rewards.Select(RewardText.Of))),
            ("advantage", r.LearnsPairs ? "none: the best against the worst" : RecipeNames.AdvantageOf(r)),
            ("objective", RecipeNames.ObjectiveOf(r)),
            ("divergence", Divergence(r)),
        ];
        if (RecipeObjective.Clips(r) is { } clips) defaults.Add(("clip", Invariant($"{clips.Low} below, {clips.High} above")));
        defaults.Add(("responses", Invariant($"{r.GroupSize} to a prompt")));
        if (r.Temperature != 1) defaults.Add(("temperature", Number(r.Temperature)));
        if (r.EntropyBonus != 0) defaults.Add(("entropy bonus", Number(r.EntropyBonus)));
        if (r.UpdatesPerRollout > 1) defaults.Add(("updates", Invariant($"{r.UpdatesPerRollout} a batch of rollouts")));
        if (r.Stages.Count > 0) defaults.Add(("stages", Invariant($"{r.Stages.Count}")));
        if (Rate(recipe) is { Length: > 0 } rate) defaults.Add(("learning rate", rate));
        RecipeSize size = recipe.Size;
        string[] scale =
        [
            .. new[]
            {
                size.Prompts is { } p ? Invariant($"{p} prompts") : null,
                size.Responses is { } n ? Invariant($"{n} responses") : null,
                size.Tokens is { } t ? Invariant($"{t} tokens") : null,
                size.Rate is { } peak ? Invariant($"rate {peak.ToString("0.##e0", CultureInfo.InvariantCulture)}") : null,
            }.OfType<string>(),
        ];
        if (scale.Length > 0) defaults.Add(("the paper's size", string.Join(", ", scale)));
        return defaults;
    }

    /// <summary>A recipe's page.</summary>
    public static string Page(Recipe recipe)
    {
        StringBuilder text = new();
        text.Append(Invariant($"{recipe.Name}: {recipe.Title}\n"));
        text.Append(Invariant($"{recipe.Paper}, {Status(recipe.Status)}; needs {Needs(recipe)}\n\n"));
        foreach (string line in recipe.Formula.Split('\n')) text.Append("    ").Append(line.TrimEnd('\r')).Append('\n');
        text.Append('\n');
        IReadOnlyList<(string Name, string Value)> defaults = Defaults(recipe);
        int width = defaults.Max(d => d.Name.Length);
        foreach ((string name, string value) in defaults) text.Append(Invariant($"  {name.PadRight(width)}  {value}\n"));
        text.Append(Invariant($"\nsignature  {recipe.Signature}\nfailure    {recipe.Failure}\n"));
        foreach (string ours in recipe.Ours) text.Append("ours       ").Append(ours).Append('\n');
        return text.ToString();
    }

    private static string Rate(Recipe recipe) => string.Join(", ", new[]
    {
        recipe.Rate.Warmup is { } up ? Invariant($"up over {Share(up)}") : null,
        recipe.Rate.Stable is { } stable ? Invariant($"stable for {Share(stable)}") : null,
        recipe.Schedule is { } schedule ? RecipeNames.Of(schedule) : null,
        recipe.Rate.Final is { } left ? Invariant($"down to {Share(left)}") : null,
    }.OfType<string>());

    private static string Share(double share) => Invariant($"{Math.Round(100 * share)} %");

    private static string Divergence(RlRecipe r) => r.Kl == 0 ? "none"
        : r.LearnsPairs || r.Method.Objective is { TakesKl: true } ? Invariant($"{r.Kl} (beta)")
        : r.KlInReward ? Invariant($"{r.Kl} in the reward")
        : Invariant($"{r.Kl} in the loss ({RecipeNames.Of(r.KlKind)})");

    private static string Number(double x) => x.ToString(CultureInfo.InvariantCulture);
}

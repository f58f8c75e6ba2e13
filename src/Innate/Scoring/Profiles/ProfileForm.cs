using Innate.Foundation.Forms;

namespace Innate.Scoring.Profiles;

/// <summary>The fields of a profile (docs/profiles.md), by which it is read and of which its schema is made.</summary>
internal static class ProfileForm
{
    /// <summary>Letters, digits, '.', '-' and '_', the first one a letter or digit.</summary>
    public static TextForm Name { get; } = new()
    {
        Pattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", Words = "letters, digits, '.', '-' and '_', a letter or digit first",
    };

    private static readonly TextForm Text = new() { Least = 1 };

    /// <summary>A pair in the profile itself.</summary>
    public static ObjectForm Pair { get; } = JsonForm.Object(
        new JsonField("prompt", Text, "What is asked.").Always,
        new JsonField("chosen", Text, "The answer that the reward should prefer.").Always,
        new JsonField("rejected", Text, "The other answer.").Always);

    /// <summary>A line of a file of pairs, which may hold more than a profile reads.</summary>
    public static ObjectForm PairLine { get; } = Pair with { Others = JsonForm.Anything };

    /// <summary>The file.</summary>
    public static ObjectForm File { get; } = JsonForm.Object(
        new JsonField("$schema", JsonForm.Text, "Where an editor finds the schema; not read."),
        new JsonField("name", Name, "The profile's name; by default the file's."),
        new JsonField(
            "prefers", new TextForm { Least = 1, Pattern = @"\S", Words = "what the reward prefers, in words" },
            "What the reward prefers, in words: the system prompt.").Always,
        new JsonField("reward", Text, "The reward, as an expression; by default endogenous."),
        new JsonField(
            "gamma", new NumberForm { Least = 0, Most = 1 },
            "The discount of endogenous rewards that say none; by default 1."),
        new JsonField(
            "beta", new NumberForm { Least = 0 },
            "The least weight of a token of endogenous rewards that say none; by default 0."),
        new JsonField(
            "normalize", JsonForm.Flag,
            "Whether the reward is brought to mean 0 and deviation 1 over the responses that are compared; by default false."),
        new JsonField(
            "pairs", JsonForm.Either(Text, JsonForm.List(Pair)),
            "What its author expects of it: pairs, or a file of JSON lines beside the profile."),
        new JsonField("paraphrases", JsonForm.List(Text), "The same wish in other words."));
}

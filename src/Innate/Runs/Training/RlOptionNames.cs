using System.Text;
using Innate.Reinforcement;

namespace Innate.Cli.Training;

/// <summary>The command's options for the properties of <see cref="RlRecipe"/>.</summary>
internal static class RlOptionNames
{
    /// <summary>MaxResponseTokens becomes --max-response-tokens; some options are called otherwise than their property.</summary>
    public static string Of(string property) => property switch
    {
        nameof(RlRecipe.Rewards) => "--reward",
        nameof(RlRecipe.KlInReward) => "--kl-in",
        nameof(RlRecipe.KlKind) => "--kl-estimate",
        _ => Kebab(property),
    };

    private static string Kebab(string property)
    {
        StringBuilder option = new("-");
        foreach (char c in property)
        {
            if (char.IsAsciiLetterUpper(c)) option.Append('-');
            option.Append(char.ToLowerInvariant(c));
        }

        return option.ToString();
    }
}

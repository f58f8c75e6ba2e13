using System.CommandLine;
using System.CommandLine.Parsing;
using Innate.Scoring.Profiles;

namespace Innate.Cli.Commands;

/// <summary>The option that names a profile: a reward steered by words (docs/profiles.md).</summary>
internal sealed class ProfileChoice
{
    public Option<string?> Profile { get; } = Opt.Text(
        "--profile", "FILE", "A reward steered by words: a profile's file, or NAME of profiles/NAME.json (docs/profiles.md) "
        + "[off: none]");

    /// <summary>The profile and the place by which it was named; null: none.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="contradicting">Options that say what the profile says.</param>
    /// <exception cref="InputException">It cannot be read, or another option says what it says.</exception>
    public (RewardProfile Profile, string Place)? Of(ParseResult parsed, params ReadOnlySpan<string> contradicting)
    {
        if (parsed.GetResult(Profile) is null || parsed.GetValue(Profile) is not { } place) return null;
        foreach (Option option in parsed.CommandResult.Command.Options)
        {
            if (!contradicting.Contains(option.Name) || parsed.GetResult(option) is not { Implicit: false }) continue;
            throw new InputException(
                $"{option.Name}: expected none beside {Profile.Name}, whose file says it, found one.");
        }

        return (ProfileFinder.Find(place), place);
    }

    /// <summary>The same as a part of an expression, <c>profile(PLACE)</c>; null: none.</summary>
    /// <exception cref="InputException">As for <see cref="Of"/>.</exception>
    public string? Term(ParseResult parsed, params ReadOnlySpan<string> contradicting) =>
        Of(parsed, contradicting) is { } found ? found.Profile.ExpressionAt(found.Place).ToString() : null;
}

using System.CommandLine;
using Innate.Scoring;

namespace Innate.Cli.Commands;

/// <summary>The options that say how candidates are sampled.</summary>
internal sealed class SampleChoice
{
    public Option<string?> PolicyModel { get; } = Opt.Text(
        "--policy-model", "DIR", "The model that the responses are sampled from [default: the one that scores]");

    public Option<double> Temperature { get; } = Opt.Number(
        "--temperature", "The temperature of the sampling", 1, x => x > 0, "a number above 0");

    public Option<double> TopP { get; } = Opt.Number(
        "--top-p", "Keep the likeliest tokens that reach this probability together; 1: all", 1, x => x is > 0 and <= 1,
        "a number above 0, at most 1");

    public Option<int> MaxTokens { get; } = Opt.Whole(
        "--max-tokens", "The most tokens of a sampled response, its end token included", 256, 1, "a whole number of at least 1");

    public Option<ulong> Seed { get; } = Opt.Seed("--seed", "Decides all that is sampled: one seed, one output");

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[PolicyModel, Temperature, TopP, MaxTokens, Seed]) command.Add(option);
    }

    /// <summary>Refuses the options of sampling where nothing is sampled.</summary>
    public void RequireNone(ParseResult parsed, string missing)
    {
        Option? idle = ((Option[])[PolicyModel, Temperature, TopP, MaxTokens]).FirstOrDefault(o => parsed.IsGiven(o));
        if (idle is not null)
        {
            throw new InputException($"{idle.Name}: expected none without sampled responses ({missing}), found one.");
        }
    }

    /// <summary>How responses are sampled.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="model">Says how the policy is run.</param>
    /// <param name="count">Responses to each prompt.</param>
    public SampleSettings Settings(ParseResult parsed, ModelOptions model, int count) => new()
    {
        PolicyModel = model.Other(parsed, parsed.GetValue(PolicyModel)),
        Count = count,
        Temperature = parsed.GetValue(Temperature),
        TopP = parsed.GetValue(TopP),
        MaxTokens = parsed.GetValue(MaxTokens),
        Seed = parsed.GetValue(Seed),
    };
}

using Innate.Sessions;

namespace Innate.Runs.Reproduction;

/// <summary>How the steps of a plan are run.</summary>
/// <param name="Resume">Go on after what an interrupted run of the step left.</param>
/// <param name="OpenModel">Opens models.</param>
/// <param name="Events">Is told how it goes.</param>
/// <param name="Cancellation">Stops it.</param>
internal sealed record StepContext(
    bool Resume, Func<ModelSource, CancellationToken, ModelSession> OpenModel, IProgress<RunEvent>? Events,
    CancellationToken Cancellation);

/// <summary>One step of the plan: a run that anybody can also start by itself.</summary>
/// <param name="Name">What it is for, in a few words; unlike any other's.</param>
/// <param name="Place">The folder or file that it makes.</param>
/// <param name="Words">The command, such as train rl.</param>
/// <param name="Settings">What is set, by property; a flag has no value.</param>
/// <param name="Run">Does it.</param>
internal sealed record ReproductionStep(
    string Name, string Place, IReadOnlyList<string> Words, IReadOnlyList<KeyValuePair<string, string?>> Settings,
    Action<StepContext> Run)
{
    /// <summary>Whether it goes on by itself where it was interrupted.</summary>
    public bool CanResume => Words[0] is "eval" or "train";

    /// <summary>The step as a command that can be typed.</summary>
    /// <param name="optionName">From a property to the option that sets it.</param>
    public string CommandLine(Func<string, string> optionName) => string.Join(
        ' ',
        Words.Prepend("innate").Concat(
            Settings.SelectMany(s => s.Value is null ? [optionName(s.Key)] : new[] { optionName(s.Key), Quote(s.Value) })));

    private static string Quote(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsLetterOrDigit(c) || "-_./=,:~".Contains(c, StringComparison.Ordinal))
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

namespace Innate.Learning.Objectives;

/// <summary>What an objective says of some tokens' log-probabilities; the model's backward starts from the gradient.</summary>
/// <param name="Loss">To be minimised. A part of the batch's: the parts' losses add up to it.</param>
/// <param name="LogProbGradient">dLoss / d log-probability, one number a token, in the order in which they were given.</param>
public sealed record ObjectiveResult(double Loss, double[] LogProbGradient);

// Hands an event over as it came, and returns the answer as it comes.
exports.handle = async (event) => {
  const response = await fetch(process.env.FORWARD_TO, { method: "POST", body: JSON.stringify(event) });
  if (!response.ok) {
    throw new Error(await response.text());
  }
  return response.json();
};

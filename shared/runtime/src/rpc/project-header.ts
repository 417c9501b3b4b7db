/** The metadata by which who acts for any project says for which one it calls. */
export const PROJECT_HEADER = "climb-project";
